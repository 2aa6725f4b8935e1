// The hosts that capabilities let a policy reach (`allow_net`), enforced where its calls leave the machine.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/host/port.h"
#include "engine/value/value.h"

namespace writ {

// The port's answer; or, where http.send or net.lookup_ip_addr name a host that is not in `hosts`, the error that a host
// would answer with, and the port is not asked. The port gets the list of http.send as a second argument, {"allow_net":
// [...]}, because redirects are followed behind it. [S-12.14]
Value call_allowed_host(const std::vector<std::string>& hosts, HostPort& port, std::string_view function,
                        std::span<const Value> args, Arena& arena);

}  // namespace writ
