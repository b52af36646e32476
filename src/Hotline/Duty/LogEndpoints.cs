using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;

namespace Hotline.Duty;

/// <summary>An entry of the shift log with its words.</summary>
public sealed record LogView(
    Guid Id, string Kind, string State, string Division, DateTimeOffset At, string By, string Role, string? Text, string? Outlet, DateTimeOffset? DueAt,
    DateTimeOffset? DoneAt, string? DoneBy, string? Asker, string? Answers);

/// <summary>/api/duty/log: what the duty room notes without a case, what it promised, and what the press asked.</summary>
public static class LogEndpoints
{
    private const int TextMax = 2_000;
    private const int PressMax = 200;

    /// <summary>Staff's own words may tell of a person.</summary>
    internal const int TextClass = 2;

    private static readonly TimeSpan DueMax = TimeSpan.FromDays(366);

    public static void Map(RouteGroupBuilder duty)
    {
        duty.MapGet("/log", List).WithName("ListShiftLog");
        duty.MapPost("/log", Write).WithName("WriteShiftLog").Produces<LogView>();
        duty.MapPost("/log/{id}/done", Done).WithName("CloseShiftLogEntry").Produces<LogView>();
    }

    private static async Task<IResult> List(
        string? division, string? kind, bool? open, Caller caller, DutyRoomQueries queries, LogDesk desk, Permissions permissions, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.KeepShiftLog)) return new Problem(403, "forbidden");
        var known = kind is LogFile.Note or LogFile.Promise or LogFile.Media ? kind : null;
        var seen = Divisions.Asked(division, caller) is { } scope ? await queries.Log(scope, open == true, known, cancel) : [];
        return TypedResults.Json(new { items = await desk.Views([.. seen.Where(f => desk.MayRead(caller, f))], caller, cancel), cursor = (string?)null }, Codec.Json);
    }

    private static async Task<IResult> Write(
        HttpContext http, Caller caller, LogDesk desk, Permissions permissions, Keys keys, IBusinessClock clock, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.KeepShiftLog)) return new Problem(403, "forbidden");
        return await PlanEndpoints.Keyed(http, caller, keys, async first => TypedResults.Json(await desk.View(first, caller, cancel), Codec.Json), async (body, key) =>
        {
            var errors = new Dictionary<string, string[]>();
            var kind = Bodies.Text(body, "kind") ?? LogFile.Note;
            if (kind is not (LogFile.Note or LogFile.Promise or LogFile.Media)) errors["kind"] = ["须为 Note、Promise 或 Media。 Note, Promise or Media."];
            if (Bodies.Text(body, "text")?.Trim() is not { Length: > 0 and <= TextMax } text) (text, errors["text"]) = ("", [$"请填写，不超过 {TextMax} 字。 Needed, {TextMax} characters at most."]);
            var press = kind == LogFile.Media ? PressOf(body, errors) : null;
            var due = Bodies.Moment(body, "dueAt");
            if (kind == LogFile.Promise && (due is not { } at || (at - clock.Now).Duration() > DueMax)) errors["dueAt"] = ["请填写承诺的时间。 Say by when it was promised."];
            if (errors.Count > 0) return Planning.Invalid(errors);
            return TypedResults.Json(await desk.Write(kind, text, press, due, caller, key), Codec.Json);
        }, cancel);
    }

    /// <summary>What a press officer needs. Nothing of a case belongs here.</summary>
    private static Press PressOf(System.Text.Json.JsonElement body, Dictionary<string, string[]> errors)
    {
        return new(
            Word("outlet", "请填写媒体名称。 Say which paper or station."), Word("asker", "请填写谁来问的。 Say who asked."),
            Word("answers", "请填写由谁答复。 Say who answers."));

        string Word(string name, string missing)
        {
            if (Bodies.Text(body, name)?.Trim() is { Length: > 0 and <= PressMax } word) return word;
            errors[name] = [missing];
            return "";
        }
    }

    private static async Task<IResult> Done(string id, Caller caller, LogDesk desk, CancellationToken cancel) =>
        Guid.TryParse(id, out var guid) && await desk.Done(guid, caller, cancel) is { } view
            ? TypedResults.Json(view, Codec.Json) : new Problem(404, "not-found");
}
