using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Paging;

/// <summary>What a person sees of a page and may do about it.</summary>
public sealed class PageDesk(
    IEventStore store, StreamKinds kinds, Writer writer, Answering answering, Permissions permissions, PolicyBook policies, IVault vault,
    IBusinessClock clock)
{

    /// <summary>A stop's reason may tell of a person.</summary>
    private const int ReasonClass = 2;

    public async Task<PageFile?> Find(string id, Caller caller, CancellationToken cancel)
    {
        if (!Guid.TryParse(id, out var guid)) return null;
        var page = await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, guid, cancel);
        return page.Started is { } started && permissions.MayRead(caller, new(PageFile.KindName, started.Division, null, null)) ? page : null;
    }

    public Task<PageFile> Load(Guid id) => new Loader(store, kinds).Load<PageFile>(PageFile.KindName, id, CancellationToken.None);

    /// <summary>The role under which the caller may take a step of the page's machine; null when none may.</summary>
    public string? RoleFor(Caller caller, string trigger) => Steps(trigger).Select(s => Permissions.RoleFor(caller, s)).FirstOrDefault(r => r is not null);

    /// <summary>A drill is answered by whom it rings, and by nobody in their place.</summary>
    public static bool IsTheirs(PageFile page, Caller caller) => page.Started?.Person is not { } only || only == caller.Id;

    public Task<Answer> Acknowledge(Guid page, Actor by) => answering.Take(page, by, "console", attempt: null);

    public async Task<Written> Stop(Guid id, Actor by, string reason, RequestKey key)
    {
        var (refs, rows) = await vault.Seal([new ToSeal(id, ReasonClass, reason)]);
        var now = clock.Now;
        return await writer.Write(by.Name, now, async load =>
        {
            var page = await load.Load<PageFile>(PageFile.KindName, id, CancellationToken.None);
            return Pages.Stop(load.Kind(PageFile.KindName), page, by, refs[0], [.. rows, Keys.Claim(key, id, now)]);
        });
    }

    /// <summary>The page and the steps this caller's roles may take from here.</summary>
    public JsonObject View(PageFile page, Caller caller)
    {
        var view = JsonSerializer.SerializeToNode(PageView.Of(page), Codec.Json)!.AsObject();
        view["steps"] = new JsonArray([.. policies.Current.Machines[PageFile.KindName].Steps
            .Where(s => s.From.Contains(page.State) && Permissions.RoleFor(caller, s) is not null)
            .Where(s => s.Trigger != "Acknowledge" || IsTheirs(page, caller))
            .DistinctBy(s => s.Trigger)
            .Select(s => Offered(page, s))]);
        return view;
    }

    private static JsonObject Offered(PageFile page, Step step) => new()
    {
        ["step"] = $"{PageFile.KindName}.{step.Trigger}",
        ["machine"] = PageFile.KindName,
        ["trigger"] = step.Trigger,
        ["version"] = page.Version,
        ["title"] = new JsonObject { ["zh"] = step.Title.Zh, ["en"] = step.Title.En },
        ["allowed"] = true,
        ["why"] = new JsonArray(),
        ["schema"] = Schema(step),
        ["to"] = step.To,
    };

    private static JsonObject Schema(Step step)
    {
        var properties = new JsonObject();
        foreach (var field in step.Form)
        {
            properties[field.Name] = new JsonObject
            {
                ["type"] = "string", ["minLength"] = 1, ["maxLength"] = field.MaxLength ?? Reasons.Max, ["pattern"] = "\\S",
                ["title"] = field.Label.Zh, ["x-title"] = new JsonObject { ["zh"] = field.Label.Zh, ["en"] = field.Label.En },
            };
        }
        return new()
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["type"] = "object", ["properties"] = properties,
            ["required"] = new JsonArray([.. step.Form.Where(f => f.Required).Select(f => (JsonNode)f.Name)]),
        };
    }

    private IEnumerable<Step> Steps(string trigger) => policies.Current.Machines[PageFile.KindName].Steps.Where(s => s.Trigger == trigger);
}
