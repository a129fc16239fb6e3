#include "CRE2.h"

#include <dlfcn.h>
#include <re2/re2.h>

#include <algorithm>
#include <cstring>
#include <new>

// Arrow's compute library carries an RE2 of another release and exports its symbols. Linked as usual, calls from here would
// reach whichever comes first, with the other's layouts. So the library whose headers stand above is loaded by itself, its own
// symbols before all others' (RTLD_DEEPBIND), and its three functions that the headers do not inline are taken from it by name.

namespace {

using Construct = void (*)(RE2 *, const re2::StringPiece &, const RE2::Options &);
using Destroy = void (*)(RE2 *);
using Match = bool (*)(
    const RE2 *, const re2::StringPiece &, size_t, size_t, RE2::Anchor, re2::StringPiece *, int);

struct Library {
    Construct construct = nullptr;
    Destroy destroy = nullptr;
    Match match = nullptr;

    Library() {
        void *handle = nullptr;
        for (const char *name : {"libre2.so.9", "libre2.so"}) {
            handle = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
            if (handle != nullptr) break;
        }
        if (handle == nullptr) return;
        construct = reinterpret_cast<Construct>(dlsym(handle, "_ZN3re23RE2C1ERKNS_11StringPieceERKNS0_7OptionsE"));
        destroy = reinterpret_cast<Destroy>(dlsym(handle, "_ZN3re23RE2D1Ev"));
        match = reinterpret_cast<Match>(dlsym(handle, "_ZNK3re23RE25MatchERKNS_11StringPieceEmmNS0_6AnchorEPS1_i"));
    }

    bool is_complete() const { return construct != nullptr && destroy != nullptr && match != nullptr; }
};

const Library &library() {
    static const Library loaded;
    return loaded;
}

void explain(const char *text, char *reason, size_t capacity) {
    if (capacity == 0) return;
    size_t length = std::min(std::strlen(text), capacity - 1);
    std::memcpy(reason, text, length);
    reason[length] = 0;
}

}  // namespace

struct cre2_pattern {
    alignas(RE2) unsigned char storage[sizeof(RE2)];

    RE2 *expression() { return std::launder(reinterpret_cast<RE2 *>(storage)); }
    const RE2 *expression() const { return std::launder(reinterpret_cast<const RE2 *>(storage)); }
};

extern "C" {

int cre2_load(void) { return library().is_complete() ? 1 : 0; }

cre2_pattern *cre2_compile(const char *pattern, size_t count, char *reason, size_t capacity) {
    if (!library().is_complete()) {
        explain("the library libre2.so.9 is not there (Debian: libre2-9)", reason, capacity);
        return nullptr;
    }
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(16 << 20);
    auto *compiled = new (std::nothrow) cre2_pattern;
    if (compiled == nullptr) {
        explain("out of memory", reason, capacity);
        return nullptr;
    }
    library().construct(compiled->expression(), re2::StringPiece(pattern, count), options);
    if (compiled->expression()->ok()) return compiled;
    explain(compiled->expression()->error().c_str(), reason, capacity);
    cre2_free(compiled);
    return nullptr;
}

int cre2_is_found(const cre2_pattern *pattern, const char *text, size_t count) {
    return library().match(
        pattern->expression(), re2::StringPiece(text, count), 0, count, RE2::UNANCHORED, nullptr, 0) ? 1 : 0;
}

void cre2_free(cre2_pattern *pattern) {
    if (pattern == nullptr) return;
    library().destroy(pattern->expression());
    delete pattern;
}
}
