// SPDX-License-Identifier: MIT
// Two open-addressing tables, for short and for long texts. Both probe at most table::kMostProbes slots, so
// hostile texts with equal hashes cannot make a lookup slow: texts that find no free slot go to an ordered
// map.
#include "csv/chunk_dictionary.hpp"

#include <cstring>

namespace rf::csv {
namespace {

constexpr unsigned kFirstLogarithm = 3;
constexpr std::size_t kFirstLongSlots = 8;
/// A table with fewer slots than this is at most one fifth full, so that most texts are found at the first
/// probe. A second probe costs a mispredicted branch. A larger table is at most half full.
constexpr std::size_t kRoomySlots = 1024;

ShortText short_text(std::string_view text) {
  ShortText padded{};
  std::memcpy(padded.words, text.data(), text.size());
  return padded;
}

bool is_equal(const ShortText& a, const ShortText& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}
bool is_free(const ShortText& slot) {
  return slot.words[0] == 0;
}

std::uint64_t hash_of_long(std::string_view text) {
  std::uint64_t hash = text.size();
  while (!text.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = text.size() < sizeof word ? text.size() : sizeof word;
    std::memcpy(&word, text.data(), size);
    hash = (hash ^ (word * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93;
    hash ^= hash >> 32;
    text.remove_prefix(size);
  }
  return hash * 0xD6E8FEB86659FD93 >> 20;
}

}  // namespace

void ChunkDictionary::clear() {
  make_slots(kFirstLogarithm);
  n_short_ = 0;
  long_texts_.clear();
  long_slots_.assign(kFirstLongSlots, 0);
  levels_.clear();
  others_.clear();
  ordered_.clear();
}

ChunkDictionary::Found ChunkDictionary::find(std::string_view text) const {
  if (text.size() <= kShortTextBytes) {
    const ShortText wanted = short_text(text);
    const ShortTexts known = short_texts();
    std::size_t at = known.first_slot(hash_of_short(wanted));
    for (std::size_t n_probes = 0; n_probes < table::kMostProbes; ++n_probes, at = known.slot_after(at)) {
      if (is_free(known.texts[at])) break;
      if (is_equal(known.texts[at], wanted)) return {true, known.codes[at]};
    }
  } else {
    const std::size_t mask = long_slots_.size() - 1;
    std::size_t at = hash_of_long(text) & mask;
    for (std::size_t n_probes = 0; n_probes < table::kMostProbes; ++n_probes, at = (at + 1) & mask) {
      if (long_slots_[at] == 0) break;
      const LongText& known = long_texts_[long_slots_[at] - 1];
      if (text_of(known) == text) return {true, known.code};
    }
  }
  if (ordered_.empty()) return {false, 0};
  const auto found = ordered_.find(text);
  return found == ordered_.end() ? Found{false, 0} : Found{true, found->second};
}

std::string ChunkDictionary::take_level(std::size_t number) {
  if (const auto found = ordered_.find(levels_[number]); found != ordered_.end()) ordered_.erase(found);
  return std::exchange(levels_[number], std::string());
}

void ChunkDictionary::make_slots(unsigned logarithm) {
  short_texts_.assign(std::size_t{1} << logarithm, ShortText{});
  short_codes_.assign(std::size_t{1} << logarithm, 0);
  short_shift_ = 64 - logarithm;
}

/// False if none of the slots that the text may use is free.
bool ChunkDictionary::place(const ShortText& text, std::int32_t code) {
  const ShortTexts known = short_texts();
  std::size_t at = known.first_slot(hash_of_short(text));
  for (std::size_t n_probes = 0; n_probes < table::kMostProbes; ++n_probes, at = known.slot_after(at)) {
    if (!is_free(short_texts_[at])) continue;
    short_texts_[at] = text;
    short_codes_[at] = code;
    return true;
  }
  return false;
}

/// Texts in ordered_ stay there: a text gets a slot when it is added, or never.
void ChunkDictionary::grow() {
  const std::vector<ShortText> texts = std::exchange(short_texts_, {});
  const std::vector<std::int32_t> codes = std::exchange(short_codes_, {});
  make_slots(64 - short_shift_ + 1);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (is_free(texts[i]) || place(texts[i], codes[i])) continue;
    const char* const bytes = reinterpret_cast<const char*>(texts[i].words);
    ordered_.emplace(std::string(bytes, ::strnlen(bytes, kShortTextBytes)), codes[i]);
  }
}

/// As place().
bool ChunkDictionary::place_long(std::size_t number) {
  const std::size_t mask = long_slots_.size() - 1;
  std::size_t at = hash_of_long(text_of(long_texts_[number])) & mask;
  for (std::size_t n_probes = 0; n_probes < table::kMostProbes; ++n_probes, at = (at + 1) & mask) {
    if (long_slots_[at] != 0) continue;
    long_slots_[at] = static_cast<std::uint32_t>(number + 1);
    return true;
  }
  return false;
}

void ChunkDictionary::add_long(const LongText& added) {
  long_texts_.push_back(added);
  const auto place_or_order = [&](std::size_t number) {
    const LongText& text = long_texts_[number];
    if (!place_long(number)) ordered_.emplace(std::string(text_of(text)), text.code);
  };
  if (2 * long_texts_.size() > long_slots_.size()) {
    long_slots_.assign(4 * long_slots_.size(), 0);
    for (std::size_t i = 0; i + 1 < long_texts_.size(); ++i) place_or_order(i);
  }
  place_or_order(long_texts_.size() - 1);
}

void ChunkDictionary::add_short(std::string_view text, std::int32_t code) {
  ++n_short_;
  if ((short_texts_.size() < kRoomySlots ? 5 : 2) * n_short_ > short_texts_.size()) grow();
  if (!place(short_text(text), code)) ordered_.emplace(std::string(text), code);
}

void ChunkDictionary::add_as(std::string_view text, std::int32_t code) {
  if (text.size() <= kShortTextBytes) return add_short(text, code);
  others_.emplace_back(text);
  add_long({code, static_cast<std::uint32_t>(others_.size())});
}

std::int32_t ChunkDictionary::add(std::string text) {
  const auto code = static_cast<std::int32_t>(levels_.size());
  const std::string& level = levels_.emplace_back(std::move(text));
  if (level.size() <= kShortTextBytes) {
    add_short(level, code);
  } else {
    add_long({code, 0});
  }
  return code;
}

}  // namespace rf::csv
