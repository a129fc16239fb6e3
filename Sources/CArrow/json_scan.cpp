#include "json_scan.hpp"

#include <arrow/util/utf8.h>

namespace assay {

namespace {

constexpr int64_t kBlockBytes = 1 << 20;
constexpr size_t kLineBytes = 64 << 20;

arrow::Status wrong(const std::string &what) { return to_status({kUnreadable, what}); }

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    arrow::Status object(const std::function<arrow::Status(JSONMember &)> &see) {
        space();
        if (!take('{')) return wrong("is no JSON object");
        JSONMember member;
        if (!take('}')) {
            do {
                space();
                if (!at('"')) return wrong("is no JSON object: a member's name in quotes is missing");
                ARROW_RETURN_NOT_OK(string(&member.name));
                if (!take(':')) return wrong("is no JSON object: ':' is missing after a member's name");
                ARROW_RETURN_NOT_OK(value(&member));
                ARROW_RETURN_NOT_OK(see(member));
            } while (take(','));
            if (!take('}')) return wrong("is no JSON object: ',' or '}' is missing after a value");
        }
        if (position_ != text_.size()) return wrong("has more than one JSON object");
        return arrow::Status::OK();
    }

private:
    bool at(char wanted) const { return position_ < text_.size() && text_[position_] == wanted; }

    void space() {
        while (at(' ') || at('\t') || at('\r')) position_ += 1;
    }

    /// Takes `wanted` with the white space around it.
    bool take(char wanted) {
        space();
        if (!at(wanted)) return false;
        position_ += 1;
        space();
        return true;
    }

    bool word(std::string_view wanted) {
        if (text_.substr(position_, wanted.size()) != wanted) return false;
        position_ += wanted.size();
        return true;
    }

    arrow::Status value(JSONMember *member) {
        member->value.clear();
        space();
        if (at('"')) {
            member->kind = JSONKind::text;
            return string(&member->value);
        }
        if (at('{') || at('[')) {
            member->kind = JSONKind::nested;
            return skip_nested();
        }
        const size_t start = position_;
        if (word("null")) member->kind = JSONKind::null;
        else if (word("true") || word("false")) member->kind = JSONKind::boolean;
        else ARROW_RETURN_NOT_OK(number(&member->kind));
        member->value.assign(text_.substr(start, position_ - start));
        return arrow::Status::OK();
    }

    bool digits() {
        const size_t start = position_;
        while (position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9') position_ += 1;
        return position_ > start;
    }

    arrow::Status number(JSONKind *kind) {
        const char *what = "has a value that is not JSON (numbers that are not finite are written null)";
        *kind = JSONKind::integer;
        if (at('-')) position_ += 1;
        const size_t start = position_;
        if (!digits()) return wrong(what);
        if (position_ - start > 1 && text_[start] == '0') return wrong("has a number with a leading zero");
        if (at('.')) {
            *kind = JSONKind::real;
            position_ += 1;
            if (!digits()) return wrong(what);
        }
        if (at('e') || at('E')) {
            *kind = JSONKind::real;
            position_ += 1;
            if (at('+') || at('-')) position_ += 1;
            if (!digits()) return wrong(what);
        }
        return arrow::Status::OK();
    }

    arrow::Status string(std::string *out) {
        out->clear();
        position_ += 1;
        while (position_ < text_.size()) {
            const char byte = text_[position_];
            if (byte == '"') {
                position_ += 1;
                return arrow::Status::OK();
            }
            if (static_cast<unsigned char>(byte) < 0x20) return wrong("has a control character in a text");
            position_ += 1;
            if (byte == '\\') ARROW_RETURN_NOT_OK(escape(out));
            else out->push_back(byte);
        }
        return wrong("ends in the middle of a text");
    }

    arrow::Status escape(std::string *out) {
        if (position_ == text_.size()) return wrong("ends in the middle of a text");
        const char byte = text_[position_++];
        switch (byte) {
            case '"': case '\\': case '/': out->push_back(byte); return arrow::Status::OK();
            case 'b': out->push_back('\b'); return arrow::Status::OK();
            case 'f': out->push_back('\f'); return arrow::Status::OK();
            case 'n': out->push_back('\n'); return arrow::Status::OK();
            case 'r': out->push_back('\r'); return arrow::Status::OK();
            case 't': out->push_back('\t'); return arrow::Status::OK();
            case 'u': break;
            default: return wrong("has an unknown escape in a text");
        }
        uint32_t scalar = 0;
        if (!hex(&scalar)) return wrong("has an unknown escape in a text");
        if (scalar >= 0xD800 && scalar < 0xDC00) {
            uint32_t low = 0;
            if (!word("\\u") || !hex(&low) || low < 0xDC00 || low > 0xDFFF) return wrong("has half of a surrogate pair in a text");
            scalar = 0x10000 + ((scalar - 0xD800) << 10) + (low - 0xDC00);
        } else if (scalar >= 0xDC00 && scalar < 0xE000) {
            return wrong("has half of a surrogate pair in a text");
        }
        append(out, scalar);
        return arrow::Status::OK();
    }

    bool hex(uint32_t *out) {
        if (text_.size() - position_ < 4) return false;
        *out = 0;
        for (int digit = 0; digit < 4; ++digit) {
            const char byte = text_[position_++];
            const char lower = byte | 0x20;
            if (byte >= '0' && byte <= '9') *out = *out << 4 | (byte - '0');
            else if (lower >= 'a' && lower <= 'f') *out = *out << 4 | (lower - 'a' + 10);
            else return false;
        }
        return true;
    }

    static void append(std::string *out, uint32_t scalar) {
        if (scalar < 0x80) {
            out->push_back(scalar);
        } else if (scalar < 0x800) {
            out->push_back(0xC0 | scalar >> 6);
            out->push_back(0x80 | (scalar & 0x3F));
        } else if (scalar < 0x10000) {
            out->push_back(0xE0 | scalar >> 12);
            out->push_back(0x80 | (scalar >> 6 & 0x3F));
            out->push_back(0x80 | (scalar & 0x3F));
        } else {
            out->push_back(0xF0 | scalar >> 18);
            out->push_back(0x80 | (scalar >> 12 & 0x3F));
            out->push_back(0x80 | (scalar >> 6 & 0x3F));
            out->push_back(0x80 | (scalar & 0x3F));
        }
    }

    /// Passes over an array or object; its inside is not looked at, since its column is refused.
    arrow::Status skip_nested() {
        int64_t depth = 0;
        std::string ignored;
        while (position_ < text_.size()) {
            const char byte = text_[position_];
            if (byte == '"') {
                ARROW_RETURN_NOT_OK(string(&ignored));
                continue;
            }
            position_ += 1;
            if (byte == '{' || byte == '[') depth += 1;
            if ((byte == '}' || byte == ']') && --depth == 0) return arrow::Status::OK();
        }
        return wrong("ends in the middle of a value");
    }

    std::string_view text_;
    size_t position_ = 0;
};

}  // namespace

arrow::Status scan_json_object(std::string_view line, const std::function<arrow::Status(JSONMember &)> &see) {
    if (!arrow::util::ValidateUTF8(line)) return wrong("is not valid UTF-8; save the file as UTF-8");
    return Scanner(line).object(see);
}

arrow::Result<bool> Lines::next(std::string_view *line) {
    while (true) {
        const size_t end = buffer_.find('\n', start_);
        if (end == std::string::npos && !ended_) {
            buffer_.erase(0, start_);
            start_ = 0;
            if (buffer_.size() > kLineBytes) {
                return to_status(
                    {kLimitExceeded, "line " + std::to_string(number_ + 1) + " is longer than " + std::to_string(kLineBytes >> 20) + " MiB"});
            }
            const size_t have = buffer_.size();
            buffer_.resize(have + kBlockBytes);
            ARROW_ASSIGN_OR_RAISE(int64_t got, read_at(descriptor_->number(), position_, kBlockBytes, buffer_.data() + have));
            buffer_.resize(have + got);
            if (position_ == 0 && buffer_.compare(0, 3, "\xEF\xBB\xBF") == 0) start_ = 3;
            position_ += got;
            ended_ = got == 0;
            continue;
        }
        const size_t stop = end == std::string::npos ? buffer_.size() : end;
        if (end == std::string::npos && start_ == stop) return false;
        *line = std::string_view(buffer_).substr(start_, stop - start_);
        start_ = end == std::string::npos ? stop : end + 1;
        number_ += 1;
        if (line->find_first_not_of(" \t\r") != std::string_view::npos) return true;
    }
}

}  // namespace assay
