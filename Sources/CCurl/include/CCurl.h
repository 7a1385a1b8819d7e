/// Wrappers for libcurl's variadic calls, which Swift cannot make itself, and those of its numbers
/// that are macros. No logic lives here.
#pragma once
#include <curl/curl.h>

/// Numbers that curl.h spells as casts, or in one way in one version and otherwise in the next.
enum {
    ccurl_global_default = CURL_GLOBAL_DEFAULT,
    ccurl_http_1_1 = CURL_HTTP_VERSION_1_1,
    ccurl_tls_1_2 = CURL_SSLVERSION_TLSv1_2,
    ccurl_auth_basic = CURLAUTH_BASIC,
    ccurl_error_size = CURL_ERROR_SIZE,
};

/// curl_easy_setopt(3) with a number.
static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

/// curl_easy_setopt(3) with a size.
static inline CURLcode ccurl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

/// curl_easy_setopt(3) with a string, which curl copies; null takes the option's default away.
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

/// curl_easy_setopt(3) with a pointer, which curl keeps.
static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

/// curl_easy_setopt(3) with a function that takes bytes.
static inline CURLcode ccurl_set_receiver(
    CURL *handle, CURLoption option, curl_write_callback value) {
    return curl_easy_setopt(handle, option, value);
}

/// curl_easy_setopt(3) with CURLOPT_XFERINFOFUNCTION.
static inline CURLcode ccurl_set_progress(CURL *handle, curl_xferinfo_callback value) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, value);
}

/// curl_easy_getinfo(3) of a number.
static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
