#include "csv_scan.hpp"

#include "shim.hpp"

namespace assay {
namespace {

constexpr int64_t kChunk = 1 << 20;
constexpr int64_t kMaximumHeader = 16 << 20;

struct Record {
    int64_t line;
    int64_t field_count;
    /// Of the byte after the record's line end.
    int64_t end;
    bool inside_quotes;
};

/// Walks records from the start of the file and calls `visit` for each that is not an empty line, until it returns
/// false. `fields`, where given, gets the current record's values with quotes resolved.
arrow::Status walk(int descriptor, std::vector<std::string> *fields, const std::function<bool(const Record &)> &visit) {
    std::vector<char> chunk(kChunk);
    int64_t position = 0;
    int64_t line = 1;
    Record record{1, 0, 0, false};
    // Where in a field the walk stands: a quote opens a value only as a field's first byte, and a doubled one inside
    // it is a quote.
    enum { kStart, kPlain, kQuoted, kAfterQuote } state = kStart;
    bool any = false, after_return = false;
    std::string field;

    const auto end_field = [&] {
        record.field_count += 1;
        if (fields) fields->push_back(std::move(field));
        field.clear();
        state = kStart;
    };
    const auto end_record = [&](int64_t end) {
        bool more = true;
        if (any) {
            end_field();
            record.end = end;
            more = visit(record);
        }
        if (fields) fields->clear();
        record = Record{line, 0, 0, false};
        any = false;
        state = kStart;
        return more;
    };

    while (true) {
        ARROW_ASSIGN_OR_RAISE(int64_t got, read_at(descriptor, position, kChunk, chunk.data()));
        int64_t start = 0;
        if (position == 0 && got >= 3 && std::string_view(chunk.data(), 3) == "\xEF\xBB\xBF") start = 3;
        for (int64_t index = start; index < got; ++index) {
            const char byte = chunk[index];
            if (after_return) {
                after_return = false;
                if (byte == '\n') {
                    // The second half of a line end that was counted with the first.
                    if (state == kQuoted && fields) field += byte;
                    continue;
                }
            }
            const bool line_end = byte == '\n' || byte == '\r';
            if (line_end) {
                line += 1;
                after_return = byte == '\r';
            }
            switch (state) {
                case kQuoted:
                    if (byte == '"') state = kAfterQuote;
                    else if (fields) field += byte;
                    continue;
                case kStart:
                    if (byte == '"') {
                        state = kQuoted;
                        any = true;
                        continue;
                    }
                    break;
                case kAfterQuote:
                    if (byte == '"') {
                        state = kQuoted;
                        if (fields) field += byte;
                        continue;
                    }
                    break;
                case kPlain: break;
            }
            if (line_end) {
                // With \r\n the record ends after both bytes; whether \n follows is seen in the next byte.
                int64_t end = position + index + 1;
                if (byte == '\r') {
                    char next = 0;
                    ARROW_ASSIGN_OR_RAISE(int64_t more, read_at(descriptor, end, 1, &next));
                    if (more == 1 && next == '\n') end += 1;
                }
                if (!end_record(end)) return arrow::Status::OK();
            } else if (byte == ',') {
                any = true;
                end_field();
            } else {
                any = true;
                state = kPlain;
                if (fields) field += byte;
            }
        }
        position += got;
        if (got < kChunk) break;
        if (fields && position >= kMaximumHeader) {
            return to_status({kLimitExceeded, "its header is longer than 16 MiB"});
        }
    }
    record.inside_quotes = state == kQuoted;
    end_record(position);
    return arrow::Status::OK();
}

}  // namespace

arrow::Result<CSVHeader> read_csv_header(int descriptor) {
    CSVHeader header;
    std::vector<std::string> fields;
    bool found = false, open = false;
    ARROW_RETURN_NOT_OK(walk(descriptor, &fields, [&](const Record &record) {
        header.names = fields;
        header.body = record.end;
        found = true;
        open = record.inside_quotes;
        return false;
    }));
    if (!found) return to_status({kUnreadable, "it is empty; a CSV file begins with a line of column names"});
    if (open) return to_status({kUnreadable, "a quoted column name in its header never ends"});
    return header;
}

arrow::Result<std::optional<CSVPlace>> find_ragged_record(int descriptor, int64_t wanted) {
    std::optional<CSVPlace> place;
    bool header = true;
    ARROW_RETURN_NOT_OK(walk(descriptor, nullptr, [&](const Record &record) {
        if (header) {
            header = false;
        } else if (record.field_count != wanted) {
            place = CSVPlace{record.line, record.field_count};
            return false;
        }
        return true;
    }));
    return place;
}

arrow::Result<std::optional<CSVPlace>> find_record(int descriptor, int64_t number) {
    std::optional<CSVPlace> place;
    int64_t index = -1;
    ARROW_RETURN_NOT_OK(walk(descriptor, nullptr, [&](const Record &record) {
        if (index == number) place = CSVPlace{record.line, record.field_count};
        return index++ < number;
    }));
    return place;
}

arrow::Result<std::optional<int64_t>> find_open_quote(int descriptor) {
    std::optional<int64_t> line;
    ARROW_RETURN_NOT_OK(walk(descriptor, nullptr, [&](const Record &record) {
        if (record.inside_quotes) line = record.line;
        return true;
    }));
    return line;
}

}  // namespace assay
