#include <signal.h>

#include "broker/command/command_line.h"

int main(int argc, char** argv) {
  // A log that hits the file size limit is an error of that log, not the end of the program.
  signal(SIGXFSZ, SIG_IGN);
  return tranche::RunCommandLine(argc, argv);
}
