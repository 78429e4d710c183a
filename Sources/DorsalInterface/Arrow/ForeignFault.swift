/// An array that is not what its schema says.
struct ForeignFault: Error {
  let text: String
}
