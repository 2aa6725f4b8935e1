// net.cidr_* and net.lookup_ip_addr, over the addresses and networks of ip.h.
//
// Faults come in the order in which OPA meets them, which is why arguments are read one candidate at a time. Merging
// turns networks into ranges, joins those that touch, and covers each range with the fewest networks.
#include <algorithm>
#include <functional>
#include <vector>

#include "engine/base/error.h"
#include "engine/builtins/ip.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"

namespace writ {

namespace {

// A network of more addresses than this is not expanded: no caller has the memory for it.
constexpr unsigned kMaxExpandedBits = 24;
// Of reading a network, comparing it and writing one.
constexpr uint64_t kUnitsPerNetwork = 6;

std::string invalid_cidr(std::string_view text) { return "invalid CIDR address: " + std::string(text); }

// Whether cidr `a` holds the address or network `b`. False with a fault on the call when one of them is neither; a fault of
// a part of an argument names argument 1, as in OPA.
bool contains(BuiltinCall& call, const Value& a, const Value& b) {
  for (const Value* side : {&a, &b}) {
    if (side->is_string()) continue;
    call.fault_argument(1, "must be string but got " + std::string(kind_name(side->kind)));
    return false;
  }
  std::optional<IpNetwork> network = parse_cidr(a.text());
  if (!network) {
    call.fault(invalid_cidr(a.text()));
    return false;
  }
  if (std::optional<IpAddress> address = parse_ip(b.text())) return network->contains(*address);
  std::optional<IpNetwork> inner = parse_cidr(b.text());
  if (!inner) {
    call.fault("not a valid textual representation of an IP address or CIDR: " + std::string(b.text()));
    return false;
  }
  return network->contains(*inner);
}

Value contains_answer(BuiltinCall& call) {
  bool answer = contains(call, call[0], call[1]);
  return call.faulted ? Value::undefined() : Value::of(answer);
}

// --- net.cidr_contains_matches ---------------------------------------------------------------------------------------

struct Candidate {
  Value cidr;
  Value index;  // how the result names it
};

// The text to compare: the element itself or the first of an array. Undefined with a fault otherwise.
Value candidate_text(BuiltinCall& call, size_t argument, const Value& element) {
  if (element.is_string()) return element;
  if (element.is_array() && element.size > 0) return element.items()[0];
  return call.fault("operand " + std::to_string(argument) + ": element must be string or non-empty array");
}

// Calls `visit` for each candidate of an argument in order, until something is at fault: faults come in OPA's order.
void for_each_candidate(BuiltinCall& call, size_t argument, const std::function<void(const Candidate&)>& visit) {
  const Value& value = call[argument - 1];
  auto offer = [&](const Value& element, const Value& index) {
    charge_elements(call, 1);
    Value cidr = candidate_text(call, argument, element);
    if (!call.faulted) visit({cidr, index});
  };
  switch (value.kind) {
    case Kind::kString: visit({value, value}); break;
    case Kind::kArray:
      for (uint32_t i = 0; i < value.size && !call.faulted; i++) offer(value.elements[i], Value::of(int64_t{i}));
      break;
    case Kind::kSet:
      for (uint32_t i = 0; i < value.size && !call.faulted; i++) offer(value.elements[i], value.elements[i]);
      break;
    case Kind::kObject:
      for (uint32_t i = 0; i < value.size && !call.faulted; i++) offer(value.entries[i].value, value.entries[i].key);
      break;
    default: break;
  }
}

// --- net.cidr_merge --------------------------------------------------------------------------------------------------

struct Range {
  IpAddress first;
  IpAddress last;
  IpNetwork network;
  bool merged = false;  // `network` is no longer the whole range
};

IpAddress step(IpAddress address, int by) {
  for (int i = 15; i >= 0; i--) {
    address.bytes[i] = static_cast<uint8_t>(address.bytes[i] + by);
    if (address.bytes[i] != (by > 0 ? 0x00 : 0xFF)) break;
  }
  return address;
}

// The address before; the lowest of its kind has none and stays.
IpAddress previous(const IpAddress& address) {
  IpAddress before = step(address, -1);
  return before.is_v4() == address.is_v4() && before < address ? before : address;
}

// The network an element names. An IPv4 address alone gets the prefix of its historical class, as OPA does it; an IPv6
// address must say its prefix.
std::optional<IpNetwork> network_of(BuiltinCall& call, const Value& element) {
  if (!element.is_string()) {
    call.fault("element must be string");
    return std::nullopt;
  }
  if (std::optional<IpAddress> address = parse_ip(element.text())) {
    if (!address->is_v4()) {
      call.fault("IPv6 invalid: needs prefix length");
      return std::nullopt;
    }
    uint8_t top = address->bytes[12];
    return IpNetwork{*address, top < 0x80 ? 104u : top < 0xC0 ? 112u : 120u};
  }
  std::optional<IpNetwork> network = parse_cidr(element.text());
  if (!network) call.fault(invalid_cidr(element.text()));
  return network;
}

// Joins ranges that overlap or touch, from the highest down.
void merge_ranges(std::vector<Range>& ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
    return a.last != b.last ? a.last < b.last : a.first < b.first;
  });
  std::vector<Range> merged;  // from the highest down
  for (size_t i = ranges.size(); i-- > 0;) {
    Range& range = ranges[i];
    if (!merged.empty() && previous(merged.back().first) <= range.last) {
      Range& above = merged.back();
      above.first = std::min(above.first, range.first);
      above.merged = true;
    } else {
      merged.push_back(range);
    }
  }
  ranges = std::move(merged);
}

// The fewest networks that cover exactly [first, last]: again and again the largest that starts at `first`.
template <typename Emit>
void cover(IpAddress first, const IpAddress& last, Emit emit) {
  unsigned least = first.is_v4() ? 96 : 0;
  while (true) {
    IpNetwork block{first, 128};
    while (block.prefix > least) {
      IpNetwork wider{first, block.prefix - 1};
      if (wider.first() != first || wider.last() > last) break;
      block = wider;
    }
    emit(block);
    if (block.last() >= last) return;
    first = step(block.last(), 1);
  }
}

// The set of addresses in what the host answered; undefined stays undefined. A name that has none is an answer, too:
// {"error": {"message": "lookup x: no such host"}}, which is a fault.
Value addresses_of(BuiltinCall& call, const Value& answer) {
  if (!answer.is_defined()) return answer;
  if (answer.is_object()) {
    const Value* error = object_find(answer, "error");
    const Value* message = error != nullptr && error->is_object() ? object_find(*error, "message") : nullptr;
    if (message != nullptr && message->is_string()) return call.fault(std::string(message->text()));
  }
  bool is_list = answer.is_set() || answer.is_array();
  if (is_list) {
    call.services.charge(answer.size);
    for (const Value& address : answer.items()) is_list = is_list && address.is_string();
  }
  if (!is_list) {
    throw Failure(ErrorCode::E_OUTSIDE, "net.lookup_ip_addr was answered with something that is not a set of strings");
  }
  if (answer.is_set()) return answer;
  SetBuilder addresses(call.arena);
  for (const Value& address : answer.items()) addresses.add(address);
  return addresses.finish();
}

}  // namespace

Value builtin_net_cidr_contains(BuiltinCall& call) { return contains_answer(call); }
Value builtin_net_cidr_overlap(BuiltinCall& call) { return contains_answer(call); }

Value builtin_net_cidr_intersects(BuiltinCall& call) {
  std::optional<IpNetwork> a = parse_cidr(call[0].text());
  if (!a) return call.fault(invalid_cidr(call[0].text()));
  std::optional<IpNetwork> b = parse_cidr(call[1].text());
  if (!b) return call.fault(invalid_cidr(call[1].text()));
  return Value::of(a->contains(b->address) || b->contains(a->address));
}

// An operand that is neither a text nor a collection has no networks.
Value builtin_net_cidr_contains_matches(BuiltinCall& call) {
  SetBuilder pairs(call.arena);
  for_each_candidate(call, 1, [&](const Candidate& outer) {
    for_each_candidate(call, 2, [&](const Candidate& inner) {
      charge_elements(call, kUnitsPerNetwork);
      if (!contains(call, outer.cidr, inner.cidr)) return;
      const Value pair[] = {outer.index, inner.index};
      pairs.add(make_array(call.arena, pair));
    });
  });
  return call.faulted ? Value::undefined() : pairs.finish();
}

Value builtin_net_cidr_expand(BuiltinCall& call) {
  std::optional<IpNetwork> network = parse_cidr(call[0].text());
  if (!network) return call.fault(invalid_cidr(call[0].text()));
  unsigned host_bits = 128 - network->prefix;
  call.services.charge(uint64_t{1} << std::min(host_bits, 62u));
  if (host_bits > kMaxExpandedBits) {
    throw Failure(ErrorCode::E_MEMORY, "net.cidr_expand: " + std::string(call[0].text()) + " has too many addresses");
  }
  uint64_t count = uint64_t{1} << host_bits;
  std::vector<Value> addresses;
  addresses.reserve(count);
  IpAddress address = network->address;
  for (uint64_t i = 0; i < count; i++, address = step(address, 1)) {
    addresses.push_back(make_string(call.arena, ip_text(address)));
  }
  return make_set(call.arena, addresses);
}

Value builtin_net_cidr_is_valid(BuiltinCall& call) {
  return Value::of(call[0].is_string() && parse_cidr(call[0].text()).has_value());
}

Value builtin_net_cidr_merge(BuiltinCall& call) {
  if (!call[0].is_array() && !call[0].is_set()) return call.fault("operand must be an array");
  charge_elements(call, uint64_t{call[0].size} * kUnitsPerNetwork);
  std::vector<Range> ranges;
  ranges.reserve(call[0].size);
  for (const Value& element : call[0].items()) {
    std::optional<IpNetwork> network = network_of(call, element);
    if (!network) return Value::undefined();
    ranges.push_back({network->first(), network->last(), *network});
  }
  merge_ranges(ranges);
  SetBuilder result(call.arena);
  auto emit = [&](const IpNetwork& network) {
    charge_elements(call, 1);
    result.add(make_string(call.arena, ip_network_text(network)));
  };
  for (const Range& range : ranges) {
    if (range.merged) {
      cover(range.first, range.last, emit);
    } else {
      emit(range.network);
    }
  }
  return result.finish();
}

// An address names itself; names are looked up by the host, and the reply is recorded. Hosts that answer in JSON have
// no sets: an array is as good.
Value builtin_net_lookup_ip_addr(BuiltinCall& call) {
  std::string refusal = host_refusal(call, call[0].text());
  if (!refusal.empty()) return call.fault(refusal);
  IpParse parsed = parse_ip_address(call[0].text());
  if (!parsed.fault.empty()) return addresses_of(call, call.services.call_host(call.name, call.args));
  std::string text = ip_text(parsed.address);
  if (!parsed.zone.empty()) text += "%" + parsed.zone;
  const Value address = make_string(call.arena, text);
  return make_set(call.arena, {&address, 1});
}

}  // namespace writ
