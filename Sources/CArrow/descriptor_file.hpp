#pragma once

#include <algorithm>

#include <arrow/io/interfaces.h>

#include "shim.hpp"

namespace assay {

/// A descriptor as Arrow's random access file.
class DescriptorFile final : public arrow::io::RandomAccessFile {
public:
    DescriptorFile(std::shared_ptr<Descriptor> descriptor, int64_t size)
        : descriptor_(std::move(descriptor)), size_(size) {}
    ~DescriptorFile() override = default;

    arrow::Status Close() override {
        closed_ = true;
        return arrow::Status::OK();
    }
    bool closed() const override { return closed_; }
    arrow::Result<int64_t> Tell() const override { return position_; }
    arrow::Status Seek(int64_t position) override {
        position_ = position;
        return arrow::Status::OK();
    }
    arrow::Result<int64_t> GetSize() override { return size_; }

    arrow::Result<int64_t> Read(int64_t count, void *out) override {
        ARROW_ASSIGN_OR_RAISE(int64_t got, ReadAt(position_, count, out));
        position_ += got;
        return got;
    }
    arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t count) override {
        ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, count));
        position_ += buffer->size();
        return buffer;
    }
    arrow::Result<int64_t> ReadAt(int64_t position, int64_t count, void *out) override {
        if (position < 0 || count < 0) return arrow::Status::Invalid("negative position");
        return read_at(descriptor_->number(), position, count, out);
    }
    arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t count) override {
        // A damaged footer may ask for more than the file holds; memory is given for what is there.
        if (position < 0 || count < 0 || position > size_) return arrow::Status::Invalid("position beyond the file");
        ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(std::min(count, size_ - position)));
        ARROW_ASSIGN_OR_RAISE(int64_t got, ReadAt(position, buffer->size(), buffer->mutable_data()));
        ARROW_RETURN_NOT_OK(buffer->Resize(got));
        return std::shared_ptr<arrow::Buffer>(std::move(buffer));
    }

private:
    std::shared_ptr<Descriptor> descriptor_;
    int64_t size_;
    int64_t position_ = 0;
    bool closed_ = false;
};

}  // namespace assay
