import HTTPTypes
import Hummingbird

/// Refuses callers without the token, where there is one.
struct TokenMiddleware<Context: RequestContext>: RouterMiddleware {
  let token: BearerToken?
  /// Paths that tell nothing and are open to all: health, and the files of the page.
  let openPaths: Set<String>

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    if let token, !openPaths.contains(request.uri.path),
      !token.isGranted(by: request.headers[.authorization])
    {
      throw Problem(
        .unauthorized, "expected the header Authorization: Bearer and the token",
        headers: [.wwwAuthenticate: "Bearer"])
    }
    return try await next(request, context)
  }
}
