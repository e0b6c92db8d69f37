// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call: one typed function a value type.
#pragma once
#include <curl/curl.h>

typedef size_t (*obscura_curl_data)(char *bytes, size_t size, size_t count, void *context);
typedef int (*obscura_curl_seek)(void *context, curl_off_t offset, int origin);
typedef int (*obscura_curl_progress)(
    void *context, curl_off_t download, curl_off_t downloaded, curl_off_t upload, curl_off_t uploaded);

// curl_global_init with SIGPIPE ignored: OpenSSL writes to sockets without MSG_NOSIGNAL.
CURLcode obscura_curl_start(void);

CURLcode obscura_curl_set_number(CURL *handle, CURLoption option, long value);
CURLcode obscura_curl_set_large(CURL *handle, CURLoption option, curl_off_t value);
CURLcode obscura_curl_set_text(CURL *handle, CURLoption option, const char *value);
CURLcode obscura_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value);
// The bytes are copied.
CURLcode obscura_curl_set_blob(CURL *handle, CURLoption option, const void *bytes, size_t count);
CURLcode obscura_curl_set_callbacks(
    CURL *handle, void *context, obscura_curl_data read, obscura_curl_data write, obscura_curl_data header,
    obscura_curl_seek seek, obscura_curl_progress progress);

CURLcode obscura_curl_get_number(CURL *handle, CURLINFO info, long *value);
CURLcode obscura_curl_get_large(CURL *handle, CURLINFO info, curl_off_t *value);
