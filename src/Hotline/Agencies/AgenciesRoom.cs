using Hotline.Cases;
using Hotline.Security;

namespace Hotline.Agencies;

/// <summary>Tasks, hand-overs and visits for bodies that may not read the case: their inboxes, one of them, its steps.</summary>
public static class AgenciesRoom
{
    public static void AddAgencies(this WebApplicationBuilder builder) => 
        builder.Services.AddSingleton<IReaction, Echoes>().AddSingleton<Inbox>();

    public static void MapAgencies(this WebApplication app)
    {
        Map(app, Assigning.Task, "/api/tasks", "Tasks", "Task");
        Map(app, Assigning.Transfer, "/api/transfers", "Transfers", "Transfer");
        Map(app, Assigning.Visit, "/api/visits", "Visits", "Visit");
    }

    private static void Map(WebApplication app, string kind, string path, string tag, string one)
    {
        var room = app.MapGroup(path).WithTags(tag);
        room.MapGet("", (HttpContext http, Caller caller, Inbox inbox, CancellationToken cancel) => inbox.List(kind, http, caller, cancel))
            .WithName("List" + tag).Produces<Listing<AssignmentListed>>();
        room.MapGet("/{id}", (string id, Caller caller, Inbox inbox, CancellationToken cancel) => inbox.Get(kind, id, caller, cancel))
            .WithName("Get" + one).Produces<AssignmentView>();
        room.MapPost("/{id}/look", (string id, HttpContext http, Caller caller, Inbox inbox, CancellationToken cancel) => inbox.Look(kind, id, http, caller, cancel))
            .WithName("LookInto" + one);
        room.MapPost("/{id}/steps/{step}", (string id, string step, HttpContext http, Caller caller, Inbox inbox, CancellationToken cancel) =>
            inbox.Take(kind, id, step, http, caller, cancel)).WithName($"Take{one}Step").Produces<AssignmentView>();
    }
}
