// All of it stands in the header; a target of C needs a file of its own.
#include "CCurl.h"
