#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace trainwreck {

// A real HTTP server on the loopback device, on a port that the system picks.
class LoopbackServer {
 public:
  struct Seen {
    std::string path;
    std::string body;
    std::string content_type;
    std::string run_header;  // X-Run
    std::string form_data;   // the form's field "data", decoded by the server
  };

  LoopbackServer();
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  const std::string& root() const { return root_; }
  void answer_with(int status);
  // The first answers get this status, all others the one above.
  void answer_first_with(int status, int count);
  // Waits so long, or until the server is destroyed.
  void wait_before_answer(std::chrono::nanoseconds time);
  void answer_endlessly();
  std::vector<Seen> requests() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::string root_;
};

// An address where nobody listens.
std::string refusing_root();

}  // namespace trainwreck
