// A set of names, in the order in which they came. Most sets are small and live a moment: they are a list without memory of its
// own. A larger one gets an index.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <unordered_map>

#include <boost/container/small_vector.hpp>  // a vector that begins in place

namespace writ::lang {

// The views are not owned.
class VarSet {
  static constexpr size_t kInPlace = 8;
  static constexpr size_t kIndexed = 24;  // more names than that have an index
  using Names = boost::container::small_vector<std::string_view, kInPlace>;

 public:
  using value_type = std::string_view;
  using const_iterator = Names::const_iterator;

  VarSet() = default;
  VarSet(std::initializer_list<std::string_view> names) { insert(names.begin(), names.end()); }
  VarSet(const VarSet& other) : names_(other.names_) {}
  VarSet(VarSet&&) noexcept = default;
  VarSet& operator=(const VarSet& other) {
    names_ = other.names_;
    index_.reset();
    return *this;
  }
  VarSet& operator=(VarSet&&) noexcept = default;

  const_iterator begin() const { return names_.begin(); }
  const_iterator end() const { return names_.end(); }
  size_t size() const { return names_.size(); }
  bool empty() const { return names_.empty(); }

  size_t count(std::string_view name) const { return position(name) < names_.size() ? 1 : 0; }
  // False if it is in the set already.
  bool insert(std::string_view name) {
    if (count(name) > 0) return false;
    names_.push_back(name);
    if (index_ != nullptr) index_->emplace(name, names_.size() - 1);
    return true;
  }
  bool emplace(std::string_view name) { return insert(name); }
  template <typename Iterator>
  void insert(Iterator first, Iterator last) {
    for (; first != last; ++first) insert(std::string_view(*first));
  }
  void merge(const VarSet& other) { insert(other.begin(), other.end()); }
  // The last one takes its place.
  void erase(std::string_view name) {
    size_t at = position(name);
    if (at == names_.size()) return;
    if (index_ != nullptr) {
      (*index_)[names_.back()] = at;
      index_->erase(name);
    }
    names_[at] = names_.back();
    names_.pop_back();
  }
  template <typename Predicate>
  void erase_if(Predicate predicate) {
    names_.erase(std::remove_if(names_.begin(), names_.end(), predicate), names_.end());
    index_.reset();
  }

  friend bool operator==(const VarSet& a, const VarSet& b) {
    return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](std::string_view name) { return b.count(name) > 0; });
  }

  // Where in the set it is; the size of the set if it is not there.
  size_t position(std::string_view name) const {
    if (names_.size() <= kIndexed) {
      auto is_name = [name](std::string_view other) { return is_same(name, other); };
      return static_cast<size_t>(std::find_if(names_.begin(), names_.end(), is_name) - names_.begin());
    }
    if (index_ == nullptr) {
      index_ = std::make_unique<Index>();
      for (size_t i = 0; i < names_.size(); ++i) index_->emplace(names_[i], i);
    }
    auto it = index_->find(name);
    return it == index_->end() ? names_.size() : it->second;
  }

 private:
  using Index = std::unordered_map<std::string_view, size_t>;

  // Generated names have the same beginning, and many the same end: "__local12__". The one letter saves most comparisons.
  static bool is_same(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    if (a.data() == b.data() || a.empty()) return true;
    return a[a.size() - std::min<size_t>(a.size(), 3)] == b[b.size() - std::min<size_t>(b.size(), 3)] && a == b;
  }

  Names names_;
  mutable std::unique_ptr<Index> index_;
};

// A value for each name of a set.
template <typename Value>
class VarMap {
 public:
  // Null if there is none.
  const Value* find(std::string_view name) const {
    size_t at = names_.position(name);
    return at < values_.size() ? &values_[at] : nullptr;
  }
  Value& operator[](std::string_view name) {
    size_t at = names_.position(name);
    if (at < values_.size()) return values_[at];
    names_.insert(name);
    return values_.emplace_back();
  }

 private:
  VarSet names_;
  boost::container::small_vector<Value, 8> values_;
};

}  // namespace writ::lang
