// How text becomes a value: the one place both for deciding a column's type and for reading it. The grammar is that of
// pandas' default CSV parser where that keeps every digit.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

inline std::string_view trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// `true` and `false` in any case (pandas documents three spellings and takes all), without spaces around them.
inline std::optional<bool> read_boolean(std::string_view text) {
    const auto is = [text](std::string_view word) {
        if (text.size() != word.size()) return false;
        for (size_t index = 0; index < text.size(); ++index) {
            const char lower = text[index] >= 'A' && text[index] <= 'Z' ? text[index] + ('a' - 'A') : text[index];
            if (lower != word[index]) return false;
        }
        return true;
    };
    if (is("true")) return true;
    if (is("false")) return false;
    return std::nullopt;
}

/// Without a plus sign, or empty where another sign follows it.
inline std::string_view without_plus(std::string_view text) {
    if (text.empty() || text.front() != '+') return text;
    text.remove_prefix(1);
    return !text.empty() && text.front() == '-' ? std::string_view{} : text;
}

/// Decimal digits with an optional sign, spaces around them allowed, within 64 bits.
inline std::optional<int64_t> read_integer(std::string_view text) {
    text = without_plus(trimmed(text));
    int64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// A decimal number, correctly rounded, or an infinity (`inf`, `Infinity` in any case). No NaN, which is a missing word
/// or text, no hexadecimal form, and no number too large for a double.
inline std::optional<double> read_double(std::string_view text) {
    text = without_plus(trimmed(text));
    const std::string_view digits = !text.empty() && text.front() == '-' ? text.substr(1) : text;
    if (digits.empty() || digits.front() == 'n' || digits.front() == 'N') return std::nullopt;
    double value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size()) return std::nullopt;
    if (failed == std::errc::result_out_of_range) {
        // Too small rounds to zero or a denormal; too large has no place. The C library tells them apart.
        value = std::strtod(std::string(text).c_str(), nullptr);
        if (!std::isfinite(value)) return std::nullopt;
        return value;
    }
    if (failed != std::errc{}) return std::nullopt;
    return value;
}

/// Whether the text is digits with an optional sign, of any length.
inline bool is_integer_text(std::string_view text) {
    text = without_plus(trimmed(text));
    if (!text.empty() && text.front() == '-') text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// As `read_double`, but a whole number written without point and exponent has to keep all its digits: identifiers
/// beyond 2^53 are text rather than rounded numbers.
inline std::optional<double> read_exact_double(std::string_view text) {
    const auto value = read_double(text);
    if (!value || !is_integer_text(text) || std::fabs(*value) < 0x1p53) return value;
    text = without_plus(trimmed(text));
    const bool negative = text.front() == '-';
    if (negative) text.remove_prefix(1);
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
    char digits[320];
    const auto [end, failed] =
        std::to_chars(digits, digits + sizeof(digits), std::fabs(*value), std::chars_format::fixed, 0);
    if (failed != std::errc{} || text != std::string_view(digits, end - digits)) return std::nullopt;
    return value;
}

}  // namespace assay
