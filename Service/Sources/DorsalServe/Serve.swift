import ArgumentParser
import DorsalService

@main
struct Serve: ParsableCommand {
  mutating func run() { print(hello()) }
}
