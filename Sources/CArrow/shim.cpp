#include "shim.hpp"

#include <cerrno>
#include <cstring>
#include <exception>
#include <new>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <arrow/c/bridge.h>
#include <arrow/compute/initialize.h>
#include <arrow/util/thread_pool.h>

namespace assay {

// No text of Arrow's begins with this.
static constexpr std::string_view kMark = "\x01";

arrow::Status to_status(const Failure &failure) {
    return arrow::Status::Invalid(kMark, failure.code, ": ", failure.message);
}

Failure to_failure(const arrow::Status &status) {
    const std::string &text = status.message();
    // Arrow prefixes what passes through it ("In CSV column #3: "), so the mark need not stand first.
    const size_t mark = text.find(kMark);
    if (mark != std::string::npos) {
        const size_t colon = text.find(": ", mark);
        if (colon != std::string::npos) {
            return {text.substr(mark + 1, colon - mark - 1), text.substr(colon + 2)};
        }
    }
    // Arrow's own words may quote values, so only the kind of failure is passed on.
    switch (status.code()) {
        case arrow::StatusCode::OutOfMemory:
            return {kLimitExceeded, "reading it needs more memory than there is"};
        case arrow::StatusCode::CapacityError:
            return {kLimitExceeded, "one of its columns holds more than Arrow can address"};
        case arrow::StatusCode::NotImplemented:
            return {kUnsupported, "it uses a feature of its format that is not read here"};
        case arrow::StatusCode::Cancelled:
            return {kUnavailable, "reading it was cancelled"};
        default: return {kUnreadable, "it is damaged or not of the format it was taken for"};
    }
}

void write_error(CArrowError *error, const std::string &text) {
    const size_t count = std::min(text.size(), sizeof(error->text) - 1);
    std::memcpy(error->text, text.data(), count);
    error->text[count] = 0;
}

int guarded(CArrowError *error, const std::function<arrow::Status()> &body) {
    try {
        const arrow::Status status = body();
        if (status.ok()) return 0;
        write_error(error, to_failure(status).text());
    } catch (const std::bad_alloc &) {
        write_error(error, Failure{kLimitExceeded, "reading it needs more memory than there is"}.text());
    } catch (const std::exception &) {
        // The Parquet reader throws on malformed metadata.
        write_error(error, Failure{kUnreadable, "it is damaged or not of the format it was taken for"}.text());
    } catch (...) {
        write_error(error, Failure{kInternalFault, "the reader failed for an unknown reason"}.text());
    }
    return 1;
}

std::string quoted(std::string_view name) {
    std::string shown = "'";
    for (size_t index = 0; index < name.size(); ++index) {
        if (index >= 80 && (static_cast<unsigned char>(name[index]) & 0xC0) != 0x80) {
            shown += "…";
            break;
        }
        const unsigned char byte = name[index];
        shown += byte < 0x20 || byte == 0x7F ? ' ' : static_cast<char>(byte);
    }
    return shown + "'";
}

arrow::Result<std::shared_ptr<Descriptor>> Descriptor::duplicate(int descriptor) {
    const int number = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    if (number < 0) return to_status({kUnavailable, std::string("it cannot be opened: ") + std::strerror(errno)});
    return std::shared_ptr<Descriptor>(new Descriptor(number));
}

Descriptor::~Descriptor() { close(number_); }

arrow::Result<int64_t> read_at(int descriptor, int64_t position, int64_t count, void *out) {
    int64_t done = 0;
    while (done < count) {
        const ssize_t got = pread(descriptor, static_cast<char *>(out) + done, count - done, position + done);
        if (got < 0) {
            if (errno == EINTR) continue;
            return to_status({kUnavailable, std::string("reading it failed: ") + std::strerror(errno)});
        }
        if (got == 0) break;
        done += got;
    }
    return done;
}

arrow::Result<int64_t> file_size(int descriptor) {
    struct stat facts;
    if (fstat(descriptor, &facts) != 0) {
        return to_status({kUnavailable, std::string("it cannot be examined: ") + std::strerror(errno)});
    }
    return static_cast<int64_t>(facts.st_size);
}

namespace {

struct Stream {
    std::shared_ptr<arrow::Schema> schema;
    NextBatch next;
    std::string last_error;
};

int fail(Stream *stream, const CArrowError &error) {
    stream->last_error = error.text;
    return EIO;
}

int stream_schema(ArrowArrayStream *self, ArrowSchema *out) {
    auto *stream = static_cast<Stream *>(self->private_data);
    CArrowError error;
    if (guarded(&error, [&] { return arrow::ExportSchema(*stream->schema, out); })) return fail(stream, error);
    return 0;
}

int stream_next(ArrowArrayStream *self, ArrowArray *out) {
    auto *stream = static_cast<Stream *>(self->private_data);
    CArrowError error;
    const int failed = guarded(&error, [&]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(auto batch, stream->next());
        if (!batch) {
            std::memset(out, 0, sizeof(*out));  // A released array marks the end.
            return arrow::Status::OK();
        }
        return arrow::ExportRecordBatch(*batch, out);
    });
    return failed ? fail(stream, error) : 0;
}

const char *stream_last_error(ArrowArrayStream *self) {
    auto *stream = static_cast<Stream *>(self->private_data);
    return stream->last_error.empty() ? nullptr : stream->last_error.c_str();
}

void stream_release(ArrowArrayStream *self) {
    delete static_cast<Stream *>(self->private_data);
    self->private_data = nullptr;
    self->release = nullptr;
}

}  // namespace

void export_stream(std::shared_ptr<arrow::Schema> schema, NextBatch next, ArrowArrayStream *out) {
    out->private_data = new Stream{std::move(schema), std::move(next), {}};
    out->get_schema = stream_schema;
    out->get_next = stream_next;
    out->get_last_error = stream_last_error;
    out->release = stream_release;
}

}  // namespace assay

int carrow_start(int32_t thread_count, CArrowError *error) {
    return assay::guarded(error, [&]() -> arrow::Status {
        ARROW_RETURN_NOT_OK(arrow::compute::Initialize());
        return arrow::SetCpuThreadPoolCapacity(thread_count);
    });
}
