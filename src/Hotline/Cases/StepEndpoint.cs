using System.Collections.Immutable;
using System.Text.Json;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>A step's address: machine, trigger, and the linked file it belongs to, if not the one in the path.</summary>
public sealed record StepToken(string Machine, string Trigger, Guid? Target)
{
    public static StepToken? Parse(string token)
    {
        var at = token.Split('@', 2);
        var name = at[0].Split('.', 2);
        if (name.Length != 2) return null;
        if (at.Length == 1) return new(name[0], name[1], null);
        return Guid.TryParse(at[1], out var target) ? new(name[0], name[1], target) : null;
    }
}

/// <summary>POST …/steps/{step}: in the contract's order of checks, then one write.</summary>
public sealed class StepEndpoint(
    IEventStore store, StreamKinds kinds, Writer writer, StepDesk desk, Keys keys, PolicyBook policies, IIds ids, IBusinessClock clock)
{
    public const int BodyBytesMax = 64 * 1024;

    /// <summary>Takes the step on <paramref name="fileId"/> and answers what <paramref name="render"/> gives afterwards.</summary>
    public async Task<IResult> Take(
        HttpContext http, Caller caller, Subject subject, Guid fileId, StepToken token, Func<Loader, Task<object>> render, CancellationToken cancel)
    {
        var kind = subject.Kind;
        var known = (Regions.Runs(kind, token.Machine) || Assigning.Opens(kind, token.Machine)) && policies.Current.Machines.TryGetValue(token.Machine, out var machine)
            ? machine.Steps.Where(s => s.Trigger == token.Trigger).ToList() : [];
        if (known.Count == 0) return new Problem(404, "not-found");
        if (known.All(s => Permissions.RoleFor(caller, s, subject) is null)) return new Problem(403, "forbidden");
        var (keyText, noKey) = Keys.Of(http.Request, required: true);
        var bytes = await JsonBody.Bytes(http, BodyBytesMax, cancel);
        var key = Keys.For(http, caller.Id, keyText, bytes ?? []);
        using var held = key is null ? null : await keys.Hold(key, cancel);
        if (key is not null && await keys.Find(key, cancel) is { } first) return await Replay(first, key, render);
        var (version, noVersion) = Preconditions.IfMatch(http.Request);
        if (noVersion is not null) return noVersion;
        // A key that is missing or no key at all is a matter of the request's form, so it comes behind 428 and 412.
        if (key is null) return await Stale(kind, fileId, version!.Value, cancel) ?? noKey!;
        return await Fresh(http, caller, new(kind, fileId, token.Machine, token.Trigger, key, version!.Value), bytes, render, cancel);
    }

    private sealed record Wish(string Kind, Guid File, string Machine, string Trigger, RequestKey Key, long Version);

    private async Task<IResult> Fresh(
        HttpContext http, Caller caller, Wish wish, byte[]? bytes, Func<Loader, Task<object>> render, CancellationToken cancel)
    {
        var load = new Loader(store, kinds);
        var file = await load.Load<CaseFile>(wish.Kind, wish.File, cancel);
        if (file.Version != wish.Version) return await Moved(file, wish.Version, cancel);
        // No body at all is an empty form.
        var (body, wrong) = bytes is { Length: 0 } ? (JsonDocument.Parse("{}"), null) : JsonBody.Parse(http, bytes, BodyBytesMax);
        if (wrong is not null) return wrong;
        var now = clock.Now;
        if (await World(load, file, wish, caller, now, cancel) is not { } world) return new Problem(404, "not-found");
        if (Choose(wish.Trigger, caller, world) is not { } step) return Unmet([new("not-from-here", "当前状态不能做这一步", "Not possible in the present state")]);
        var options = await desk.Options(load, world, caller, step, cancel);
        var form = Forms.Validate(step, body!.RootElement, kind => options.GetValueOrDefault(kind) ?? [], now);
        if (form is Workflow.Filled.Refused invalid) return new Problem(422, "invalid") { Members = Member("errors", invalid.Errors) };
        var (filled, rows) = await desk.Seal(file, step, ((Workflow.Filled.Accepted)form).Values, cancel);
        var by = new Opener(ids.New(), caller.Organisation, ActorOf(caller, step));
        var written = await writer.Write(caller.User, now, async fresh =>
        {
            var seen = await fresh.Load<CaseFile>(wish.Kind, wish.File, CancellationToken.None);
            if (seen.Version != wish.Version) return new Decision.Refused(await Moved(seen, wish.Version, CancellationToken.None));
            var facts = await World(fresh, seen, wish, caller, now, CancellationToken.None);
            return Decide(facts!, step, filled, options, by, [.. rows, Keys.Claim(wish.Key, wish.File, now)]);
        }, read: load);
        switch (written)
        {
            case Written.Refused no: return no.Problem;
            case Written.Claimed: return await Replay((await keys.Find(wish.Key, cancel))!, wish.Key, render);
        }
        var answer = JsonSerializer.Serialize(await render(written is Written.Done done ? done.Load : load), Codec.Json);
        await keys.Keep(wish.Key, 200, answer, CancellationToken.None);
        return TypedResults.Text(answer, "application/json");
    }

    /// <summary>May the step be taken? Pure: guards over the world as loaded.</summary>
    private Decision Decide(
        GuardWorld world, Step step, FormValues filled, IReadOnlyDictionary<string, IReadOnlyList<Option>> options,
        Opener by, ImmutableArray<RowChange> rows)
    {
        var file = world.File;
        var why = StepDesk.Unmet(step, world, options);
        if (why.Count > 0) return new Decision.Refused(Unmet(why));
        var machine = world.Machine;
        var move = machine.Fire(file.StateOf(machine), step.Trigger, g => GuardChecks.Holds(g, step, world));
        if (move is not Move.Made made) return new Decision.Refused(Unmet([new("not-from-here", "当前状态不能做这一步", "Not possible in the present state")]));
        return new Decision.Accepted(Assigning.Opens(file.Kind, machine.Name)
            ? Assigning.Open(world.Pack, (kinds[machine.Name], kinds[file.Kind]), file, made, filled, by, world.Now)
            : [Writing.To(kinds[file.Kind], file.Id, file, Stepping.Take(world.Pack, file, made, filled, by.Actor, world.Now, machine))])
        {
            Rows = rows,
        };
    }

    /// <summary>What is opened now begins under the pack of now, whatever the case began under.</summary>
    /// <returns>Null where the file's pack has no such machine.</returns>
    private async Task<GuardWorld?> World(Loader load, CaseFile file, Wish wish, Caller caller, DateTimeOffset now, CancellationToken cancel)
    {
        var world = await desk.World(load, file, caller, now, cancel);
        if (Assigning.Opens(wish.Kind, wish.Machine)) world = world with { Pack = policies.For(file.Division) };
        return world.Pack.Machines.TryGetValue(wish.Machine, out var machine) ? world with { Region = machine } : null;
    }

    /// <summary>Several steps may share a trigger: the one whose guards hold, else the first the caller's role may take.</summary>
    private static Step? Choose(string trigger, Caller caller, GuardWorld world)
    {
        var (file, machine) = (world.File, world.Machine);
        // The regions of a case rest when it has ended.
        if (Regions.Names.Contains(machine.Name) && world.Pack.Machines[file.Kind].Find(file.State) is { Final: true }) return null;
        var subject = Permissions.SubjectOf(file);
        var steps = machine.StepsFrom(file.StateOf(machine))
            .Where(s => s.Trigger == trigger && Permissions.RoleFor(caller, s, subject) is not null).ToList();
        return steps.FirstOrDefault(s => s.Guards.All(g => GuardChecks.Holds(g, s, world))) ?? steps.FirstOrDefault();
    }

    private static Actor ActorOf(Caller caller, Step step) => new(caller.Id, caller.User, Permissions.RoleFor(caller, step)!);

    private async Task<Problem?> Stale(string kind, Guid fileId, long seen, CancellationToken cancel)
    {
        var file = await new Loader(store, kinds).Load<CaseFile>(kind, fileId, cancel);
        return file.Version == seen ? null : await Moved(file, seen, cancel);
    }

    private async Task<Problem> Moved(CaseFile file, long seen, CancellationToken cancel)
    {
        var since = await store.Read(file.Id, Math.Clamp(seen, 0, file.Version), cancel);
        var events = Timeline.Of(since.Select(Codec.Read), file.Kind, policies.Of(file));
        return new Problem(412, "version-moved") { Members = Member("events", events).Add("version", file.Version) };
    }

    private static Problem Unmet(IReadOnlyList<Why> why) => new(409, "guards-unmet") { Members = Member("why", why) };

    private static ImmutableDictionary<string, object?> Member(string name, object value) => ImmutableDictionary<string, object?>.Empty.Add(name, value);

    private async Task<IResult> Replay(KeptAnswer first, RequestKey key, Func<Loader, Task<object>> render)
    {
        if (!first.BodyHash.AsSpan().SequenceEqual(key.BodyHash)) return new Problem(409, "key-reused");
        var answer = first.Answer;
        if (answer is null)
        {
            answer = JsonSerializer.Serialize(await render(new Loader(store, kinds)), Codec.Json);
            await keys.Keep(key, 200, answer, CancellationToken.None);
        }
        return TypedResults.Text(answer, "application/json");
    }
}
