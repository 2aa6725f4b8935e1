// Name constraints: what the certificates of authorities permit or exclude below them, for addresses, hosts, mail and
// URLs.
//
// Go looks names up in sorted lists from which what others cover has been dropped, and answers by the entry next to
// where the name would stand. That is not always what comparing with each entry would say, so it is done the same way
// here: same order, same pruning, same neighbour.
#include <algorithm>
#include <map>
#include <set>

#include "engine/base/meter.h"
#include "engine/builtins/crypto/verify.h"
#include "engine/builtins/ip.h"

namespace writ {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string to_lower_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

// Sorted, without what an entry before covers; searched by its neighbour.
template <typename Rules>
class SortedSet {
 public:
  explicit SortedSet(std::vector<std::string_view> entries) : entries_(std::move(entries)) {
    uint64_t bytes = 0;
    for (std::string_view entry : entries_) bytes += entry.size();
    charge_work(bytes + entries_.size() * 4);
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](std::string_view a, std::string_view b) { return Rules::compare(a, b) < 0; });
    size_t kept = 0;
    for (size_t i = 0; i < entries_.size(); i++) {
      if (kept == 0 || !Rules::covers(entries_[kept - 1], entries_[i])) entries_[kept++] = entries_[i];
    }
    entries_.resize(kept);
  }

  const std::vector<std::string_view>& entries() const { return entries_; }

  bool contains(std::string_view name) const {
    if (entries_.empty()) return false;
    charge_work(8 + name.size() / 4);
    auto at = std::partition_point(entries_.begin(), entries_.end(),
                                   [&](std::string_view entry) { return Rules::compare_to_name(entry, name) < 0; });
    if (at != entries_.end() && Rules::compare_to_name(*at, name) == 0) return true;
    return Rules::matches(at == entries_.begin() ? entries_.front() : *(at - 1), name);
  }

 private:
  std::vector<std::string_view> entries_;
};

// --- Domains ---------------------------------------------------------------------------------------------------------

struct DomainRules {
  // From the end; a dot is before everything.
  static int compare(std::string_view a, std::string_view b) {
    auto rank = [](char c) { return c == '.' ? 0 : static_cast<int>(static_cast<uint8_t>(lower(c))); };
    size_t common = std::min(a.size(), b.size());
    for (size_t i = 1; i <= common; i++) {
      int difference = rank(a[a.size() - i]) - rank(b[b.size() - i]);
      if (difference != 0) return difference;
    }
    return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
  }
  static int compare_to_name(std::string_view entry, std::string_view name) { return compare(entry, name); }
  // Whether `name` is that domain or below it; one that begins with a dot has only what is below.
  static bool matches(std::string_view domain, std::string_view name) {
    if (domain.size() > name.size()) return false;
    std::string_view end = name.substr(name.size() - domain.size());
    if (!std::equal(domain.begin(), domain.end(), end.begin(), [](char x, char y) { return lower(x) == lower(y); })) {
      return false;
    }
    return domain[0] == '.' || name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.';
  }
  static bool covers(std::string_view a, std::string_view b) { return matches(a, b); }
};

std::string_view without_first_label(std::string_view name) {
  size_t dot = name.find('.');
  return dot == name.npos ? std::string_view() : name.substr(dot);
}

class Domains {
 public:
  Domains(const std::vector<std::string_view>& domains, bool is_permitted)
      : exists_(!domains.empty()), is_permitted_(is_permitted), set_(non_empty(domains)),
        all_(std::any_of(domains.begin(), domains.end(), [](std::string_view d) { return d.empty(); })) {
    if (is_permitted || all_) return;
    for (std::string_view domain : set_.entries()) {
      if (!without_first_label(domain).empty()) parents_.insert(to_lower_ascii(without_first_label(domain)));
    }
  }

  bool exists() const { return exists_; }
  bool contains(std::string_view name) const {
    if (all_ || set_.contains(name)) return true;
    // A wildcard is excluded together with any name that it stands for.
    if (is_permitted_ || !name.starts_with('*')) return false;
    return parents_.contains(to_lower_ascii(without_first_label(name)));
  }

 private:
  static std::vector<std::string_view> non_empty(std::vector<std::string_view> domains) {
    std::erase_if(domains, [](std::string_view domain) { return domain.empty(); });
    return domains;
  }

  bool exists_, is_permitted_;
  SortedSet<DomainRules> set_;
  bool all_;
  std::set<std::string> parents_;
};

// --- Networks --------------------------------------------------------------------------------------------------------

// Four bytes for an IPv4 address, however it is written.
std::string_view shortest(std::string_view address) {
  bool is_mapped = address.size() == 16 && address.starts_with(std::string_view("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12));
  return is_mapped ? address.substr(12) : address;
}

// An entry is an address and a mask.
struct NetworkRules {
  static std::string_view address(std::string_view network) { return network.substr(0, network.size() / 2); }
  static std::string_view mask(std::string_view network) { return network.substr(network.size() / 2); }

  static int compare(std::string_view a, std::string_view b) {
    int order = address(a).compare(address(b));
    return order != 0 ? order : mask(a).compare(mask(b));
  }
  static int compare_to_name(std::string_view entry, std::string_view name) { return address(entry).compare(name); }
  static bool matches(std::string_view network, std::string_view name) {
    std::string_view base = shortest(address(network));
    std::string_view bits = mask(network).substr(mask(network).size() - base.size());
    name = shortest(name);
    if (name.size() != base.size()) return false;
    for (size_t i = 0; i < name.size(); i++) {
      if (((base[i] ^ name[i]) & bits[i]) != 0) return false;
    }
    return true;
  }
  static bool covers(std::string_view a, std::string_view b) {
    if (!matches(a, address(b))) return false;
    std::string last(address(b));
    for (size_t i = 0; i < last.size(); i++) last[i] = static_cast<char>(last[i] | ~mask(b)[i]);
    return matches(a, last);
  }
};

class Networks {
 public:
  explicit Networks(const std::vector<std::string_view>& networks)
      : exists_(!networks.empty()), v4_(of_size(networks, 8)), v6_(of_size(networks, 32)) {}

  bool exists() const { return exists_; }
  bool contains(std::string_view address) const { return (address.size() == 4 ? v4_ : v6_).contains(address); }

 private:
  static std::vector<std::string_view> of_size(std::vector<std::string_view> networks, size_t size) {
    std::erase_if(networks, [&](std::string_view network) { return network.size() != size; });
    return networks;
  }

  bool exists_;
  SortedSet<NetworkRules> v4_, v6_;
};

// --- Mail ------------------------------------------------------------------------------------------------------------

std::optional<Mailbox> mailbox_of(std::string_view text) {
  std::optional<Mailbox> mailbox = parse_mailbox(text);
  if (mailbox) mailbox->domain = to_lower_ascii(mailbox->domain);
  return mailbox;
}

class Mailboxes {
 public:
  Mailboxes(const std::vector<std::string_view>& emails, bool is_permitted)
      : exists_(!emails.empty()), domains_(without_at(emails), is_permitted) {
    for (std::string_view email : emails) {
      if (email.find('@') == email.npos) continue;
      if (std::optional<Mailbox> mailbox = mailbox_of(email)) whole_.insert(std::move(*mailbox));
    }
  }

  bool exists() const { return exists_; }
  bool contains(const Mailbox& mailbox) const {
    return whole_.contains(mailbox) || (domains_.exists() && domains_.contains(mailbox.domain));
  }

 private:
  static std::vector<std::string_view> without_at(std::vector<std::string_view> emails) {
    std::erase_if(emails, [](std::string_view email) { return email.find('@') != email.npos; });
    return emails;
  }

  bool exists_;
  Domains domains_;
  std::set<Mailbox> whole_;
};

// --- Certificates ----------------------------------------------------------------------------------------------------

// The names of one certificate, in the form in which they are compared.
struct ComparedNames {
  std::vector<std::string> uri_hosts;
  std::vector<Mailbox> mailboxes;
};

// The host of a URL without its port; nothing if no constraint can speak of it: an address, or no host at all.
std::optional<std::string> host_of(const Url& url) {
  std::string host = to_lower_ascii(url.host);
  if (host.empty() || host[0] == '[') return std::nullopt;
  size_t colon = host.rfind(':');
  if (colon != host.npos && !host.ends_with(']')) {
    host = url.host.substr(0, colon);
    if (host.find_first_of(":[]") != host.npos) return std::nullopt;
  }
  if (parse_ip_address(host).fault.empty()) return std::nullopt;
  return host;
}

// Nothing if a name cannot be compared at all.
std::optional<ComparedNames> compared_names(const AlternativeNames& names) {
  ComparedNames out;
  for (const Url& url : names.uris) {
    charge_work(1 + url.host.size() / 8);
    std::optional<std::string> host = host_of(url);
    if (!host) return std::nullopt;
    out.uri_hosts.push_back(std::move(*host));
  }
  for (std::string_view email : names.emails) {
    charge_work(1 + email.size() / 8);
    std::optional<Mailbox> mailbox = mailbox_of(email);
    if (!mailbox) return std::nullopt;
    out.mailboxes.push_back(std::move(*mailbox));
  }
  return out;
}

// Both sides of a kind of names.
template <typename Set>
struct Sides {
  Set permitted, excluded;

  template <typename Name>
  bool allow(const Name& name) const {
    if (permitted.exists() && !permitted.contains(name)) return false;
    return !excluded.exists() || !excluded.contains(name);
  }
};

class Constraints {
 public:
  Constraints(const Certificate& c, size_t place)
      : place_(place), networks_{Networks(c.permitted.networks), Networks(c.excluded.networks)},
        dns_{Domains(c.permitted.dns, true), Domains(c.excluded.dns, false)},
        uris_{Domains(c.permitted.uris, true), Domains(c.excluded.uris, false)},
        mail_{Mailboxes(c.permitted.emails, true), Mailboxes(c.excluded.emails, false)} {}

  // In the path.
  size_t place() const { return place_; }

  bool allow(const AlternativeNames& names, const ComparedNames& compared) const {
    charge_work(names.addresses.size() + names.dns.size() + names.uris.size() + names.emails.size());
    auto all = [](const auto& items, auto allows) { return std::all_of(items.begin(), items.end(), allows); };
    return all(names.addresses, [&](std::string_view address) { return networks_.allow(address); }) &&
           all(names.dns, [&](std::string_view name) { return is_domain_valid(name, false) && dns_.allow(name); }) &&
           all(compared.uri_hosts,
               [&](const std::string& host) {
                 return is_domain_valid(host, false) && uris_.allow(std::string_view(host));
               }) &&
           all(compared.mailboxes, [&](const Mailbox& mailbox) {
             return is_domain_valid(mailbox.domain, false) && mail_.allow(mailbox);
           });
  }

 private:
  size_t place_;
  Sides<Networks> networks_;
  Sides<Domains> dns_, uris_;
  Sides<Mailboxes> mail_;
};

}  // namespace

bool are_names_allowed(std::span<const Certificate* const> path) {
  std::vector<Constraints> constraints;
  for (size_t i = 0; i < path.size(); i++) {
    if (path[i]->has_extension(oid::kNameConstraints)) constraints.emplace_back(*path[i], i);
  }
  for (size_t i = 0; i < path.size(); i++) {
    if (!path[i]->has_extension(oid::kSubjectAltName)) continue;
    // Only what is above a certificate constrains it.
    auto first =
        std::find_if(constraints.begin(), constraints.end(), [&](const Constraints& c) { return c.place() > i; });
    if (first == constraints.end()) return true;
    std::optional<ComparedNames> compared = compared_names(path[i]->names);
    if (!compared) return false;
    if (!std::all_of(first, constraints.end(),
                     [&](const Constraints& c) { return c.allow(path[i]->names, *compared); })) {
      return false;
    }
  }
  return true;
}

}  // namespace writ
