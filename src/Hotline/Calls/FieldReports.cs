using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Hotline.Cases;
using Hotline.Security;
using Hotline.Store;
using Hotline.Telephony;
using Hotline.Workflow;
using Npgsql;

namespace Hotline.Calls;

/// <summary>A word from the way or from the spot, by text or key: the step of the visit or emergency that it means, taken in the name
/// of whoever said it. A call for help is never refused for being unclear: it goes to the matter that is nearest.</summary>
public sealed class FieldReports(NpgsqlDataSource database, Writer writer, IEventStore store, StreamKinds kinds, PolicyBook policies, StepDesk desk, IBusinessClock clock)
{
    public const string Noted = "已登记：";
    public const string NoMatter = "没有找到您名下的探访或应急任务。如有危险请立即拨打110。";
    public const string Several = "您名下有多项任务，请在系统中登记。";
    public const string TwoMustGo = "本次须两人同行：请回复“到达”加同行人姓名。";
    public const string NotNow = "现在不能登记这一步，请在系统中查看。";
    private const int MattersMax = 20;
    private const string CompanionField = "companion";

    /// <summary>Something a person may be on the way to, and what they said of it last.</summary>
    public sealed record Matter(CaseFile File, bool Own);

    public async Task<IReadOnlyList<Matter>> Of(Guid person)
    {
        await using var ask = database.CreateCommand("""
            select f.id, f.kind from hotline.files f join hotline.accounts a on a.id = $1 and a.disabled_at is null
            where f.is_open and ((f.kind = 'visit' and f.state = 'Planned' and f.organisation = a.organisation_id)
                or (f.kind = 'case' and f.owner = $1 and f.state = 'EmergencyResponse'))
            order by f.due_at nulls last, f.id limit $2
            """);
        ask.Parameters.Add(new() { Value = person });
        ask.Parameters.Add(new() { Value = MattersMax });
        var found = new List<(Guid Id, string Kind)>();
        await using (var rows = await ask.ExecuteReaderAsync())
            while (await rows.ReadAsync()) found.Add((rows.GetGuid(0), rows.GetString(1)));
        var load = new Loader(store, kinds);
        var matters = new List<Matter>();
        foreach (var (id, kind) in found)
        {
            var file = await load.Load<CaseFile>(kind, id, CancellationToken.None);
            matters.Add(new(file, file.Fact("fieldBy") == person.ToString() && file.Fact("fieldState") != "Left"));
        }
        return matters;
    }

    /// <summary>Which of them is meant: the one already begun, else the only one. Pure.</summary>
    public static CaseFile? Meant(IReadOnlyList<Matter> matters, string said)
    {
        var own = matters.Where(m => m.Own).ToList();
        if (own.Count == 1 || (own.Count > 0 && said == FieldWord.NeedHelp)) return own[0].File;
        return matters.Count == 1 || said == FieldWord.NeedHelp ? matters[0].File : null;
    }

    /// <summary>Takes the step; answers what to say.</summary>
    public async Task<string> Take(Guid person, string user, ImmutableArray<string> roles, FieldWord word)
    {
        var matters = await Of(person);
        if (matters.Count == 0) return NoMatter;
        if (Meant(matters, word.Said) is not { } file) return Several;
        var (pack, machine) = (policies.Of(file), policies.Of(file).Machines[file.Kind]);
        var trigger = file.Kind == CaseKind.Case ? "Field" + word.Said : word.Said;
        var world = new GuardWorld { Pack = pack, File = file, Now = clock.Now, By = person };
        var step = machine.StepsFrom(file.State).FirstOrDefault(s => s.Trigger == trigger && s.Guards.All(g => GuardChecks.Holds(g, s, world)));
        var role = step is null ? null : roles.FirstOrDefault(step.Who.Contains);
        if (step is null || role is null) return NotNow;
        var companion = step.Form.Any(f => f.Name == CompanionField);
        if (companion && word.Rest.Length == 0) return TwoMustGo;
        var form = companion ? new JsonObject { [CompanionField] = word.Rest } : [];
        var (filled, rows) = await desk.Seal(file, step, form, CancellationToken.None);
        var actor = new Actor(person, user, role);
        var written = await writer.Write(user, clock.Now, async load =>
        {
            var seen = await load.Load<CaseFile>(file.Kind, file.Id, CancellationToken.None);
            return seen.State == file.State
                ? new Decision.Accepted(Writing.To(kinds[file.Kind], file.Id, seen, Stepping.Take(
                    pack, seen, new Move.Made(step, seen.State, step.To ?? seen.State, false), filled, actor, clock.Now))) { Rows = rows }
                : new Decision.Nothing();
        });
        return written is Written.Done ? Noted + step.Title.Zh : NotNow;
    }
}
