// A stable merge sort that needs no heap: std::stable_sort allocates, and evaluations must not.
//
// Blocks are sorted by insertion and merged through whatever scratch space there is; where a block does not fit, the
// merge is split by rotation. With scratch for half the elements it makes n log n moves, with little scratch n log² n.
// `less` may throw; then the elements are some permutation with repeats of what they were, which is fine for values
// that own nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace writ {

template <typename T>
struct SortScratch {
  T* elements;
  size_t size;
};

template <typename T, typename Less>
void sort_by_insertion(T* begin, T* end, Less less) {
  for (T* next = begin + 1; next < end; ++next) {
    if (!less(*next, *(next - 1))) continue;
    T moved = *next;
    T* hole = next;
    do {
      *hole = *(hole - 1);
      --hole;
    } while (hole != begin && less(moved, *(hole - 1)));
    *hole = moved;
  }
}

// Merges the sorted runs [begin, middle) and [middle, end). Recursion halves the runs: its depth is logarithmic.
template <typename T, typename Less>
void merge_runs(T* begin, T* middle, T* end, SortScratch<T> scratch, Less less) {
  while (begin != middle && middle != end) {
    if (!less(*middle, *(middle - 1))) return;
    size_t left = static_cast<size_t>(middle - begin);
    size_t right = static_cast<size_t>(end - middle);
    if (left <= right && left <= scratch.size) {
      T* from = scratch.elements;
      T* from_end = std::copy(begin, middle, from);
      T* other = middle;
      T* to = begin;
      while (from != from_end && other != end) *to++ = less(*other, *from) ? *other++ : *from++;
      std::copy(from, from_end, to);
      return;
    }
    if (right <= scratch.size) {
      T* from = std::copy(middle, end, scratch.elements);
      T* other = middle;
      T* to = end;
      while (from != scratch.elements && other != begin) {
        *--to = less(*(from - 1), *(other - 1)) ? *--other : *--from;
      }
      std::copy_backward(scratch.elements, from, to);
      return;
    }
    T* cut_left;
    T* cut_right;
    if (left > right) {
      cut_left = begin + left / 2;
      cut_right = std::lower_bound(middle, end, *cut_left, less);
    } else {
      cut_right = middle + right / 2;
      cut_left = std::upper_bound(begin, middle, *cut_right, less);
    }
    T* new_middle = std::rotate(cut_left, middle, cut_right);
    merge_runs(begin, cut_left, new_middle, scratch, less);
    begin = new_middle;
    middle = cut_right;
  }
}

template <typename T, typename Less>
void sort_stably(T* begin, size_t size, SortScratch<T> scratch, Less less) {
  static_assert(std::is_trivially_copyable_v<T>);
  constexpr size_t kBlock = 12;
  for (size_t at = 0; at < size; at += kBlock) {
    sort_by_insertion(begin + at, begin + std::min(at + kBlock, size), less);
  }
  for (size_t run = kBlock; run < size; run *= 2) {
    for (size_t at = 0; at + run < size; at += 2 * run) {
      merge_runs(begin + at, begin + at + run, begin + std::min(at + 2 * run, size), scratch, less);
    }
  }
}

}  // namespace writ
