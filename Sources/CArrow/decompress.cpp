#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <arrow/io/compressed.h>
#include <arrow/util/compression.h>

#include "descriptor_file.hpp"
#include "shim.hpp"

namespace {

constexpr int64_t kBlockBytes = 1 << 20;

arrow::Status write_all(int descriptor, const uint8_t *bytes, int64_t count) {
    while (count > 0) {
        const ssize_t done = write(descriptor, bytes, count);
        if (done < 0) {
            if (errno == EINTR) continue;
            const bool full = errno == ENOSPC || errno == EDQUOT;
            return assay::to_status(
                {assay::kUnavailable,
                 full ? std::string("there is no room to decompress it; make room, or set TMPDIR to a folder with more")
                      : std::string("it cannot be decompressed to a temporary file: ") + std::strerror(errno)});
        }
        bytes += done;
        count -= done;
    }
    return arrow::Status::OK();
}

}  // namespace

int carrow_nameless_file(const char *folder) {
    const int on_disk = open(folder, O_RDWR | O_CLOEXEC | O_TMPFILE, 0600);
    return on_disk >= 0 ? on_disk : memfd_create("assay-data", MFD_CLOEXEC);
}

int carrow_decompress(int input, CArrowCodec codec, int output, int64_t limit, CArrowError *error) {
    return assay::guarded(error, [&]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(auto own, assay::Descriptor::duplicate(input));
        ARROW_ASSIGN_OR_RAISE(int64_t size, assay::file_size(input));
        const char *name = codec == CARROW_GZIP ? "gzip" : "zstd";
        ARROW_ASSIGN_OR_RAISE(
            auto decoder,
            arrow::util::Codec::Create(codec == CARROW_GZIP ? arrow::Compression::GZIP : arrow::Compression::ZSTD));
        auto raw = std::make_shared<assay::DescriptorFile>(std::move(own), size);
        ARROW_ASSIGN_OR_RAISE(auto stream, arrow::io::CompressedInputStream::Make(decoder.get(), raw));
        std::vector<uint8_t> block(kBlockBytes);
        int64_t total = 0;
        while (true) {
            const auto got = stream->Read(kBlockBytes, block.data());
            if (!got.ok()) {
                if (got.status().IsOutOfMemory()) return got.status();
                return assay::to_status(
                    {assay::kUnreadable, std::string("it is no whole ") + name + " file: it is damaged or its end is missing"});
            }
            if (*got == 0) return arrow::Status::OK();
            total += *got;
            if (total > limit) {
                return assay::to_status(
                    {assay::kLimitExceeded, "decompressed it has more than " + std::to_string(limit >> 30) + " GiB"});
            }
            ARROW_RETURN_NOT_OK(write_all(output, block.data(), *got));
        }
    });
}
