import DorsalService
import HummingbirdTesting
import Testing

@Test func `hello is said`() { #expect(hello() == "hello") }
