// SPDX-License-Identifier: MIT
#include "data/chunk_dictionary.hpp"

#include <cstring>

namespace rf::data {
namespace {

constexpr std::size_t kFirstSlots = 8;
/// As long as there are few, most texts are found at the first look: another is a branch foretold wrong.
constexpr std::size_t kRoomySlots = 1024;

DictionarySlot slot_of(std::string_view text, std::int32_t code) {
  DictionarySlot slot{{}, code, 1};
  std::memcpy(slot.text.words, text.data(), text.size());
  return slot;
}

std::uint64_t hash_of_long(std::string_view text) {
  std::uint64_t hash = text.size();
  while (!text.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = text.size() < sizeof word ? text.size() : sizeof word;
    std::memcpy(&word, text.data(), size);
    hash = hash_of_words(hash, word);
    text.remove_prefix(size);
  }
  return hash;
}

}  // namespace

void ChunkDictionary::clear() {
  slots_.assign(kFirstSlots, DictionarySlot{});
  n_short_ = 0;
  long_texts_.clear();
  long_slots_.assign(kFirstSlots, 0);
  levels_.clear();
  others_.clear();
}

ChunkDictionary::Found ChunkDictionary::find(std::string_view text) const {
  if (text.size() <= kShortTextBytes) {
    const DictionarySlot wanted = slot_of(text, 0);
    std::size_t at = hash_of_short(wanted.text) & (slots_.size() - 1);
    for (; slots_[at].used != 0; at = (at + 1) & (slots_.size() - 1)) {
      if (std::memcmp(&slots_[at].text, &wanted.text, sizeof wanted.text) == 0) return {true, slots_[at].code};
    }
    return {false, 0};
  }
  std::size_t at = hash_of_long(text) & (long_slots_.size() - 1);
  for (; long_slots_[at] != 0; at = (at + 1) & (long_slots_.size() - 1)) {
    const LongText& known = long_texts_[long_slots_[at] - 1];
    if (text_of(known) == text) return {true, known.code};
  }
  return {false, 0};
}

void ChunkDictionary::place(const DictionarySlot& slot) {
  std::size_t at = hash_of_short(slot.text) & (slots_.size() - 1);
  while (slots_[at].used != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = slot;
}

void ChunkDictionary::grow() {
  std::vector<DictionarySlot> old(2 * slots_.size());
  old.swap(slots_);
  for (const DictionarySlot& slot : old)
    if (slot.used != 0) place(slot);
}

void ChunkDictionary::add_long(const LongText& added) {
  long_texts_.push_back(added);
  const auto place_long = [&](std::size_t number) {
    std::size_t at = hash_of_long(text_of(long_texts_[number])) & (long_slots_.size() - 1);
    while (long_slots_[at] != 0) at = (at + 1) & (long_slots_.size() - 1);
    long_slots_[at] = static_cast<std::uint32_t>(number + 1);
  };
  if (2 * long_texts_.size() > long_slots_.size()) {
    long_slots_.assign(4 * long_slots_.size(), 0);
    for (std::size_t i = 0; i + 1 < long_texts_.size(); ++i) place_long(i);
  }
  place_long(long_texts_.size() - 1);
}

void ChunkDictionary::add_short(std::string_view text, std::int32_t code) {
  ++n_short_;
  if ((slots_.size() < kRoomySlots ? 5 : 2) * n_short_ > slots_.size()) grow();
  place(slot_of(text, code));
}

void ChunkDictionary::add_as(std::string_view text, std::int32_t code) {
  if (text.size() <= kShortTextBytes) return add_short(text, code);
  others_.emplace_back(text);
  add_long({code, static_cast<std::uint32_t>(others_.size())});
}

std::int32_t ChunkDictionary::add(std::string_view text) {
  const auto code = static_cast<std::int32_t>(levels_.size());
  levels_.emplace_back(text);
  if (text.size() <= kShortTextBytes) {
    add_short(text, code);
  } else {
    add_long({code, 0});
  }
  return code;
}

}  // namespace rf::data
