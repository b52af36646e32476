using Microsoft.AspNetCore.Routing.Template;

namespace Hotline.Http;

/// <summary>Which methods an address takes. The catch-all that answers 404 hides the framework's own 405.</summary>
public sealed class OtherMethods(EndpointDataSource endpoints)
{
    private sealed record Known(TemplateMatcher Path, IReadOnlyList<string> Methods);

    private readonly Lazy<IReadOnlyList<Known>> known = new(() =>
    [
        .. endpoints.Endpoints.OfType<RouteEndpoint>()
            .Select(e => (e.RoutePattern, Methods: e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []))
            // The console's page answers any path; that makes no address of it.
            .Where(e => e.Methods.Count > 0 && !e.RoutePattern.Parameters.Any(p => p.IsCatchAll))
            .Select(e => new Known(new TemplateMatcher(new RouteTemplate(e.RoutePattern), []), e.Methods)),
    ]);

    public IReadOnlyList<string> Of(PathString path) =>
        [.. known.Value.Where(k => k.Path.TryMatch(path, [])).SelectMany(k => k.Methods).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
