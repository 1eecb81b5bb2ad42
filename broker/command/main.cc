#include "broker/command/command_line.h"

int main(int argc, char** argv) { return tranche::RunCommandLine(argc, argv); }
