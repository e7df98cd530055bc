#pragma once

#include <filesystem>
#include <string>

namespace trainwreck {

struct Ended {
  int status = 0;
  std::string output;  // both streams
};

// A copy of the wrapper script in a folder of its own, in a world where every command that could
// install or build is a fake that writes down its arguments. All packages are installed, except
// what FAKE_MISSING lists.
class Sandbox {
 public:
  Sandbox();
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // Runs bash with this command, in the folder, with these variables set: "CI=1 FAKE_ID=1000".
  Ended run(const std::string& command, const std::string& variables = "") const;
  // What the fakes wrote down since the start.
  std::string calls() const;
  void write(const std::string& path, const std::string& text) const;

 private:
  void fake(const std::string& name, const std::string& body) const;
  std::filesystem::path folder_;
};

}  // namespace trainwreck
