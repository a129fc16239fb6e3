#ifndef CLDAP_H
#define CLDAP_H

// LDAP by OpenLDAP's client library, which is loaded when it is first needed: a machine without it runs everything else.
// Every call may block as long as the session's timeout says; none is for a thread that others wait for.

#include <stddef.h>

/// A connection of one thread at a time.
typedef struct cldap_session cldap_session;
/// What a search found.
typedef struct cldap_entries cldap_entries;

enum cldap_outcome {
    cldap_done = 0,
    /// The server knows no such name with such a password.
    cldap_refused = 1,
    /// Anything else; `reason` says what.
    cldap_failed = 2,
};

/// Opens a connection; with `start_tls` TLS is agreed on before anything is sent. Certificates are checked for the host, by
/// the authorities in `authorities`, or by the system's where that is NULL. Referrals are not followed.
enum cldap_outcome cldap_open(
    const char *_Nonnull url, int start_tls, const char *_Nullable authorities, int seconds,
    cldap_session *_Nullable *_Nonnull session, char *_Nonnull reason, size_t capacity);

/// A simple bind. The password must not be empty: a server takes that as nobody, and says yes.
enum cldap_outcome cldap_bind(
    cldap_session *_Nonnull session, const char *_Nonnull dn, const char *_Nonnull password, size_t count,
    char *_Nonnull reason, size_t capacity);

/// At most `limit` entries below `base` (itself alone with `only_base`), with two attributes.
enum cldap_outcome cldap_search(
    cldap_session *_Nonnull session, const char *_Nonnull base, int only_base, const char *_Nonnull filter,
    const char *_Nonnull first, const char *_Nonnull second, int limit, int seconds,
    cldap_entries *_Nullable *_Nonnull entries, char *_Nonnull reason, size_t capacity);

int cldap_count(const cldap_entries *_Nonnull entries);
/// The name of the entry at `index`; NULL beyond the last one. It lives as long as `entries`.
const char *_Nullable cldap_dn(cldap_entries *_Nonnull entries, int index);
/// The value at `place` of an attribute; NULL beyond the last one.
const unsigned char *_Nullable cldap_value(
    cldap_entries *_Nonnull entries, int index, const char *_Nonnull attribute, int place, size_t *_Nonnull count);
void cldap_free(cldap_entries *_Nonnull entries);
void cldap_close(cldap_session *_Nonnull session);

#endif
