#include "CLdap.h"

#include <dlfcn.h>
#include <ldap.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

static struct {
    int (*initialize)(LDAP **, const char *);
    int (*set_option)(LDAP *, int, const void *);
    int (*start_tls)(LDAP *, LDAPControl **, LDAPControl **);
    int (*bind)(LDAP *, const char *, const char *, struct berval *, LDAPControl **, LDAPControl **, struct berval **);
    int (*search)(
        LDAP *, const char *, int, const char *, char **, int, LDAPControl **, LDAPControl **, struct timeval *, int, LDAPMessage **);
    LDAPMessage *(*first)(LDAP *, LDAPMessage *);
    LDAPMessage *(*next)(LDAP *, LDAPMessage *);
    int (*count)(LDAP *, LDAPMessage *);
    char *(*dn)(LDAP *, LDAPMessage *);
    void (*memory_free)(void *);
    struct berval **(*values)(LDAP *, LDAPMessage *, const char *);
    void (*values_free)(struct berval **);
    int (*message_free)(LDAPMessage *);
    int (*unbind)(LDAP *, LDAPControl **, LDAPControl **);
    char *(*words)(int);
    int is_complete;
} library;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *handle = NULL;
    const char *const names[] = {"libldap.so.2", "libldap-2.5.so.0", "libldap.so"};
    for (size_t i = 0; i < sizeof names / sizeof *names && handle == NULL; i++) handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) return;
    const struct {
        void *place;
        const char *name;
    } functions[] = {
        {&library.initialize, "ldap_initialize"},   {&library.set_option, "ldap_set_option"},
        {&library.start_tls, "ldap_start_tls_s"},   {&library.bind, "ldap_sasl_bind_s"},
        {&library.search, "ldap_search_ext_s"},     {&library.first, "ldap_first_entry"},
        {&library.next, "ldap_next_entry"},         {&library.count, "ldap_count_entries"},
        {&library.dn, "ldap_get_dn"},               {&library.memory_free, "ldap_memfree"},
        {&library.values, "ldap_get_values_len"},   {&library.values_free, "ldap_value_free_len"},
        {&library.message_free, "ldap_msgfree"},    {&library.unbind, "ldap_unbind_ext_s"},
        {&library.words, "ldap_err2string"},
    };
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *found = dlsym(handle, functions[i].name);
        if (found == NULL) return;
        memcpy(functions[i].place, &found, sizeof found);
    }
    library.is_complete = 1;
}

struct cldap_session {
    LDAP *ldap;
};

struct cldap_entries {
    LDAP *ldap;
    LDAPMessage *message;
    /// Of the entry asked for last.
    char *dn;
    struct berval **values;
};

static enum cldap_outcome fail(int code, char *reason, size_t capacity) {
    snprintf(reason, capacity, "%s", library.is_complete ? library.words(code) : "the library libldap is not installed");
    return code == LDAP_INVALID_CREDENTIALS ? cldap_refused : cldap_failed;
}

enum cldap_outcome cldap_open(
    const char *url, int start_tls, const char *authorities, int seconds, cldap_session **session, char *reason, size_t capacity) {
    pthread_once(&once, load);
    *session = NULL;
    if (!library.is_complete) return fail(LDAP_LOCAL_ERROR, reason, capacity);
    LDAP *ldap = NULL;
    int code = library.initialize(&ldap, url);
    if (code != LDAP_SUCCESS) return fail(code, reason, capacity);
    const int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, as_client = 0;
    const struct timeval time = {seconds, 0};
    if ((code = library.set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version)) == LDAP_SUCCESS &&
        (code = library.set_option(ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF)) == LDAP_SUCCESS &&
        // On, like anything but LDAP_OPT_OFF: the library's own LDAP_OPT_ON is an object of it, and it is not linked.
        (code = library.set_option(ldap, LDAP_OPT_RESTART, &version)) == LDAP_SUCCESS &&
        (code = library.set_option(ldap, LDAP_OPT_NETWORK_TIMEOUT, &time)) == LDAP_SUCCESS &&
        (code = library.set_option(ldap, LDAP_OPT_TIMEOUT, &time)) == LDAP_SUCCESS &&
        (code = library.set_option(ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand)) == LDAP_SUCCESS &&
        (authorities == NULL || (code = library.set_option(ldap, LDAP_OPT_X_TLS_CACERTFILE, authorities)) == LDAP_SUCCESS) &&
        (code = library.set_option(ldap, LDAP_OPT_X_TLS_NEWCTX, &as_client)) == LDAP_SUCCESS && start_tls) {
        code = library.start_tls(ldap, NULL, NULL);
    }
    cldap_session *made = code == LDAP_SUCCESS ? malloc(sizeof *made) : NULL;
    if (made == NULL) {
        library.unbind(ldap, NULL, NULL);
        return fail(code == LDAP_SUCCESS ? LDAP_NO_MEMORY : code, reason, capacity);
    }
    made->ldap = ldap;
    *session = made;
    return cldap_done;
}

enum cldap_outcome cldap_bind(
    cldap_session *session, const char *dn, const char *password, size_t count, char *reason, size_t capacity) {
    if (count == 0) return fail(LDAP_INVALID_CREDENTIALS, reason, capacity);
    // The library does not write into what it sends.
    struct berval secret = {count, (char *)password};
    int code = library.bind(session->ldap, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);
    return code == LDAP_SUCCESS ? cldap_done : fail(code, reason, capacity);
}

enum cldap_outcome cldap_search(
    cldap_session *session, const char *base, int only_base, const char *filter, const char *first, const char *second, int limit,
    int seconds, cldap_entries **entries, char *reason, size_t capacity) {
    *entries = NULL;
    char *attributes[] = {(char *)first, (char *)second, NULL};
    struct timeval time = {seconds, 0};
    LDAPMessage *message = NULL;
    int code = library.search(
        session->ldap, base, only_base ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE, filter, attributes, 0, NULL, NULL, &time, limit,
        &message);
    cldap_entries *made = code == LDAP_SUCCESS ? calloc(1, sizeof *made) : NULL;
    if (made == NULL) {
        if (message != NULL) library.message_free(message);
        return fail(code == LDAP_SUCCESS ? LDAP_NO_MEMORY : code, reason, capacity);
    }
    made->ldap = session->ldap;
    made->message = message;
    *entries = made;
    return cldap_done;
}

static LDAPMessage *entry_at(cldap_entries *entries, int index) {
    LDAPMessage *entry = library.first(entries->ldap, entries->message);
    while (entry != NULL && index-- > 0) entry = library.next(entries->ldap, entry);
    return entry;
}

int cldap_count(const cldap_entries *entries) { return library.count(entries->ldap, entries->message); }

const char *cldap_dn(cldap_entries *entries, int index) {
    if (entries->dn != NULL) library.memory_free(entries->dn);
    LDAPMessage *entry = entry_at(entries, index);
    entries->dn = entry == NULL ? NULL : library.dn(entries->ldap, entry);
    return entries->dn;
}

const unsigned char *cldap_value(cldap_entries *entries, int index, const char *attribute, int place, size_t *count) {
    if (entries->values != NULL) library.values_free(entries->values);
    LDAPMessage *entry = entry_at(entries, index);
    entries->values = entry == NULL ? NULL : library.values(entries->ldap, entry, attribute);
    for (int i = 0; entries->values != NULL && entries->values[i] != NULL; i++) {
        if (i != place) continue;
        *count = entries->values[i]->bv_len;
        return (const unsigned char *)entries->values[i]->bv_val;
    }
    return NULL;
}

void cldap_free(cldap_entries *entries) {
    if (entries->dn != NULL) library.memory_free(entries->dn);
    if (entries->values != NULL) library.values_free(entries->values);
    library.message_free(entries->message);
    free(entries);
}

void cldap_close(cldap_session *session) {
    library.unbind(session->ldap, NULL, NULL);
    free(session);
}
