using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;

namespace Hotline.Agencies;

/// <summary>Tasks and transfers for bodies that may not read the case. No machine makes any yet, so the inboxes are empty and
/// no id is known.</summary>
public static class AgenciesRoom
{
    public static void MapAgencies(this WebApplication app)
    {
        foreach (var (path, tag) in new[] { ("/api/tasks", "Tasks"), ("/api/transfers", "Transfers") })
        {
            var room = app.MapGroup(path).WithTags(tag);
            room.MapGet("", (Caller _) => TypedResults.Json(Listing.Of<object>([], null), Codec.Json)).WithName("List" + tag);
            room.MapGet("/{id}", (string id, Caller _) => new Problem(404, "not-found")).WithName("Get" + tag);
            room.MapPost("/{id}/steps/{step}", (string id, string step, Caller _) => new Problem(404, "not-found")).WithName("Take" + tag + "Step");
        }
    }
}
