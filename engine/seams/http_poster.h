#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace trainwreck {

struct HttpPost {
  std::string url;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::chrono::nanoseconds> timeout;  // for each wait; nullopt: for ever
};

// A server that cannot be reached is what a poster's caller must expect, so it is no exception.
struct HttpAnswer {
  int status = 0;       // 0: there was no answer
  std::string trouble;  // why there was none: "refused", "timed out"
};

// The network, as far as a training run talks to it.
class HttpPoster {
 public:
  virtual ~HttpPoster() = default;
  virtual HttpAnswer post(const HttpPost& post) = 0;
};

// Whoever posts may be given another network than the real one.
class UsesNetwork {
 public:
  virtual ~UsesNetwork() = default;
  virtual void use_network(std::shared_ptr<HttpPoster> network) = 0;
};

// Follows no redirects and throws the answer's body away.
std::shared_ptr<HttpPoster> real_http_poster();

// Why root + path is no address that can be posted to; empty when it is one. The path must not move
// the message to another host than the root names.
std::string complaint_about_address(const std::string& root, const std::string& path);

}  // namespace trainwreck
