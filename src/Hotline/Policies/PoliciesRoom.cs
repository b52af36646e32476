using Hotline.Cases;
using Hotline.Http;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Policies;

/// <summary>The packs in force, and what they look like.</summary>
public static class PoliciesRoom
{
    /// <summary>Loads and checks the pack; a wrong file stops the start with its place and what is wrong.</summary>
    public static void AddPolicies(this WebApplicationBuilder builder)
    {
        var configured = builder.Configuration["Hotline:Policy"];
        var directory = string.IsNullOrWhiteSpace(configured) ? Path.Combine(AppContext.BaseDirectory, "workflows") : configured;
        builder.Services.AddSingleton(new PolicySource(directory));
        builder.Services.AddSingleton(_ =>
        {
            if (!Directory.Exists(directory)) throw new StartRefusedException($"Hotline:Policy: there is no directory {directory}");
            var load = PackLoader.Load(directory);
            return load.Pack is { } pack ? new PolicyBook(pack) : throw new StartRefusedException(string.Join('\n', load.Errors.Select(e => e.ToString())));
        });
    }

    public static void MapPolicies(this WebApplication app)
    {
        var workflows = app.MapGroup("/api/workflows").WithTags("Workflows");
        workflows.MapGet("", List).WithName("ListWorkflows");
        workflows.MapGet("/{name}", Get).WithName("GetWorkflow");
    }

    private static IResult List(PolicyBook policies) => TypedResults.Json(new
    {
        items = policies.Current.Machines.Values.OrderBy(m => m.Name).Select(m => new
        {
            m.Name, policies.Current.Version, m.Title, m.Initial, states = m.Leaves.Count(), steps = m.Steps.Length,
        }),
        clocks = policies.Current.Clocks.Values.OrderBy(c => c.Code, StringComparer.Ordinal).Select(c => new { c.Code, c.Name, mark = Marks.Word(c.Law.Mark) }),
    }, Codec.Json);

    private static IResult Get(string name, HttpRequest request, PolicyBook policies)
    {
        if (!policies.Current.Machines.TryGetValue(name, out var machine)) return new Problem(404, "not-found");
        return request.Query["format"].ToString() switch
        {
            "" or "json" => TypedResults.Text(PolicyExport.Json(machine).ToJsonString(Codec.Json), "application/json"),
            "xstate" => TypedResults.Text(PolicyExport.XState(machine).ToJsonString(Codec.Json), "application/json"),
            "mermaid" => TypedResults.Text(PolicyExport.Mermaid(machine), "text/plain"),
            _ => new Problem(422, "unknown-format"),
        };
    }
}
