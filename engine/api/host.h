// Hosts as clients meet them: the interface to implement, and the host of a real machine to derive from.
#pragma once

#include "engine/host/host.h"
#include "engine/host/system_host.h"
