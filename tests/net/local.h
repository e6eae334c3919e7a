#pragma once

#include "net/http.h"

namespace hb::test {

// A client for servers of this machine, as a configuration that names one makes it.
inline std::unique_ptr<net::HttpClient> local_client(net::CurlOptions options = {}) {
    return net::make_curl_client(net::Outbound("test").named("http://127.0.0.1"),
                                 std::move(options));
}

} // namespace hb::test
