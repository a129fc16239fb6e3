// What the shim's files share: errors as text codes, reading by position, and export as a C stream.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <arrow/api.h>
#include <arrow/io/interfaces.h>

#include "CArrow.h"

namespace assay {

// Raw values of AssayError.Code.
inline constexpr const char *kInvalidArgument = "invalidArgument";
inline constexpr const char *kUnreadable = "unreadable";
inline constexpr const char *kUnsupported = "unsupported";
inline constexpr const char *kLimitExceeded = "limitExceeded";
inline constexpr const char *kUnavailable = "unavailable";
inline constexpr const char *kInternalFault = "internalFault";

/// A failure that already says what is wrong; everything else is worded from Arrow's status.
struct Failure {
    std::string code;
    std::string message;
    std::string text() const { return code + ": " + message; }
};

/// An Arrow status whose text is `failure`'s, so that it passes through Arrow's own machinery unchanged.
arrow::Status to_status(const Failure &failure);

/// `failure` back from such a status, or a wording of Arrow's own.
Failure to_failure(const arrow::Status &status);

void write_error(CArrowError *error, const std::string &text);

/// Runs `body` and turns a returned status or a C++ exception into an error text.
int guarded(CArrowError *error, const std::function<arrow::Status()> &body);

/// A column's name in a message: quoted, shortened, without control characters.
std::string quoted(std::string_view name);

/// A descriptor of the shim's own, closed with the last reader: Arrow's threads may still read ahead when the caller
/// has let go.
class Descriptor {
public:
    static arrow::Result<std::shared_ptr<Descriptor>> duplicate(int descriptor);
    ~Descriptor();
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    int number() const { return number_; }

private:
    explicit Descriptor(int number) : number_(number) {}
    int number_;
};

/// Reads up to `count` bytes at `position`; fewer only at the end of the file.
arrow::Result<int64_t> read_at(int descriptor, int64_t position, int64_t count, void *out);
arrow::Result<int64_t> file_size(int descriptor);

using NextBatch = std::function<arrow::Result<std::shared_ptr<arrow::RecordBatch>>()>;

/// Hands `next` out as a C stream; `next` gives null at the end and keeps what it needs alive.
void export_stream(std::shared_ptr<arrow::Schema> schema, NextBatch next, ArrowArrayStream *out);

}  // namespace assay
