// Ends a command: one message for the user, what to do about it, and the exit code.
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace writ::cli {

class CommandFailure : public std::exception {
 public:
  CommandFailure(int exit_code, std::string message, std::string help = {})
      : exit_code_(exit_code), message_(std::move(message)), help_(std::move(help)) {}
  int exit_code() const { return exit_code_; }
  const std::string& message() const { return message_; }
  const std::string& help() const { return help_; }  // may be empty
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  int exit_code_;
  std::string message_;
  std::string help_;
};

}  // namespace writ::cli
