// SPDX-License-Identifier: MIT
// A variant of a text and plain values. libstdc++ 12 assumes that such a variant always holds a value. If
// memory runs out while the text is copied into it, libstdc++ destroys a text that was never constructed.
// Here the text is copied before the variant is constructed. Pinned by json_memory.SchemaMemory.* under
// UndefinedBehaviorSanitizer.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace rf::core {

template <class... Types>
struct TextVariant : std::variant<Types...> {
  using Base = std::variant<Types...>;
  using Base::Base;
  TextVariant() = default;
  TextVariant(const TextVariant& other) : Base(copy_of(other)) {}
  TextVariant(TextVariant&& other) noexcept = default;
  TextVariant& operator=(const TextVariant& other) {
    Base::operator=(copy_of(other));
    return *this;
  }
  TextVariant& operator=(TextVariant&& other) noexcept = default;
  ~TextVariant() = default;

 private:
  static Base copy_of(const Base& other) {
    const auto* text = std::get_if<std::string>(&other);
    if (text == nullptr) return other;
    std::string copy = *text;
    return Base(std::move(copy));
  }
};

}  // namespace rf::core
