// Ends a command: one message for the user, what to do about it, and the exit status.
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace writ::cli {

class CommandFailure : public std::exception {
 public:
  CommandFailure(int exit_status, std::string message, std::string help = {})
      : exit_status_(exit_status), message_(std::move(message)), help_(std::move(help)) {}
  int exit_status() const { return exit_status_; }
  const std::string& message() const { return message_; }
  const std::string& help() const { return help_; }  // may be empty
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  int exit_status_;
  std::string message_;
  std::string help_;
};

}  // namespace writ::cli
