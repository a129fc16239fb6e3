// One line of JSON Lines at a time: an object whose members are single values.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "shim.hpp"

namespace assay {

enum class JSONKind { null, boolean, integer, real, text, nested };

struct JSONMember {
    std::string name;
    JSONKind kind;
    /// The literal of a boolean or number, the decoded characters of a text.
    std::string value;
};

/// Hands the members of the object in `line` to `see`, in order, and says what is wrong with it otherwise: RFC 8259's grammar
/// and nothing beside it, valid UTF-8, no lone surrogates.
arrow::Status scan_json_object(std::string_view line, const std::function<arrow::Status(JSONMember &)> &see);

/// The lines of a file with their numbers from 1; empty ones are passed over.
class Lines {
public:
    explicit Lines(std::shared_ptr<Descriptor> descriptor) : descriptor_(std::move(descriptor)) {}

    /// The next line, without its end; nothing at the end of the file.
    arrow::Result<bool> next(std::string_view *line);
    int64_t number() const { return number_; }

private:
    std::shared_ptr<Descriptor> descriptor_;
    std::string buffer_;
    size_t start_ = 0;
    int64_t position_ = 0;
    int64_t number_ = 0;
    bool ended_ = false;
};

}  // namespace assay
