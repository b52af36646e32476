using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;
using Npgsql;

namespace Hotline.Intake;

/// <summary>Receives a report: read, seal, decide, one transaction, receipt.</summary>
public sealed class IntakeDesk(
    Writer writer, StreamKinds kinds, PolicyBook policies, IVault vault, IIds ids, IBusinessClock clock, CaseNumbers numbers, Desks desks,
    Keys keys, IEventStore store, NpgsqlDataSource database)
{
    public const int BodyBytesMax = 256 * 1024;
    private const int NumberLength = 10;
    private const int LookupLength = 16;

    private static readonly RowSet Lookups = new("hotline.lookups", [new("code_hash", "bytea"), new("report", "uuid")], KeyColumns: 1);

    /// <summary>The receipt (201), the first answer to a key, or the refusal.</summary>
    public async Task<IResult> Receive(HttpContext http, Filer filer, bool withLookup, CancellationToken cancel)
    {
        var (keyText, badKey) = Keys.Of(http.Request, required: false);
        if (badKey is not null) return badKey;
        var bytes = await JsonBody.Bytes(http, BodyBytesMax, cancel);
        var key = Keys.For(http, filer.Account ?? Guid.Empty, keyText, bytes ?? []);
        using var held = key is null ? null : await keys.Hold(key, cancel);
        if (key is not null && await keys.Find(key, cancel) is { } first) return await Replay(http, first, key);
        var (form, wrong) = Read(http, bytes);
        if (wrong is not null) return wrong;
        // Whoever hangs up has still reported: nothing below listens to the caller's cancellation.
        return await Write(http, filer, form!, Convert.ToHexStringLower(SHA256.HashData(bytes!)), key, withLookup);
    }

    private (ReportForm? Form, Problem? Refusal) Read(HttpContext http, byte[]? bytes)
    {
        var (json, wrong) = JsonBody.Parse(http, bytes, BodyBytesMax, depthMax: BodyBytesMax);
        if (wrong is not null) return (null, wrong);
        using var body = json!;
        if (body.RootElement.ValueKind != JsonValueKind.Object) return (null, new Problem(422, "nothing-reportable"));
        var form = ReportReader.Read(body.RootElement, clock.Now);
        return form.HoldsNothingReportable ? (null, new Problem(422, "nothing-reportable")) : (form, null);
    }

    private async Task<IResult> Write(HttpContext http, Filer filer, ReportForm form, string contentHash, RequestKey? key, bool withLookup)
    {
        var now = clock.Now;
        var division = await desks.Handling(form.LocationDivision, filer.Division, CancellationToken.None);
        var pack = policies.For(division);
        var names = await Names(form, division, now);
        var personal = Receiving.Personal(form, names);
        var (refs, sealedRows) = await vault.Seal([.. personal.Select(p => p.Value)]);
        var byField = personal.Zip(refs).ToDictionary(p => p.First.Field, p => p.Second);
        var lookup = withLookup ? ids.Code(LookupLength) : null;
        var (location, answer) = ($"/api/reports/{names.Number}", "");
        var written = await writer.Write(filer.Name, now, _ => Task.FromResult<Decision>(
            Receiving.Decide(form, filer, names, byField, contentHash, division, pack, kinds, now) with
            {
                Rows = lookup is null ? [.. sealedRows] : [.. sealedRows, new RowChange(Lookups, RowOp.InsertIfAbsent, [Hash(lookup), names.Report])],
                RowsOf = changes =>
                {
                    answer = JsonSerializer.Serialize(Receipt(changes, names.Report, lookup), Codec.Json);
                    return key is null ? [] : [Keys.Claim(key, names.Report, now, (201, location, answer))];
                },
            }));
        return written switch
        {
            Written.Claimed => await Replay(http, (await keys.Find(key!, CancellationToken.None))!, key!),
            Written.Refused no => no.Problem,
            _ => Created(http, location, answer),
        };
    }

    private async Task<ReportNames> Names(ReportForm form, string division, DateTimeOffset now)
    {
        var cases = ImmutableArray.CreateBuilder<(Guid, string)>();
        for (var i = 0; i < Math.Max(1, form.Children.Length); i++) cases.Add((ids.New(), await numbers.Next(division, now, CancellationToken.None)));
        return new(
            ids.New(), $"R-{ids.Code(NumberLength)}", ids.New(), [.. form.Children.Select(_ => ids.New())],
            [.. form.Suspects.Select(_ => ids.New())], cases.ToImmutable());
    }

    /// <summary>The receipt of a report as it stood when it was received: rendered from its own events, so a repeat whose first
    /// answer was lost in a crash gets the same one.</summary>
    private async Task<ReceiptView> Receipt(Guid report, string? lookup)
    {
        var load = new Loader(store, kinds);
        var file = await load.Load<CaseFile>(CaseKind.Report, report, CancellationToken.None);
        var files = new List<CaseFile> { file };
        foreach (var link in file.Cases) files.Add(await load.Load<CaseFile>(CaseKind.Case, link.Id, CancellationToken.None));
        return ReportViews.Receipt(file, Clocks(files, policies.Of(file)), lookup);
    }

    private ReceiptView Receipt(ImmutableArray<Change> changes, Guid report, string? lookup)
    {
        var files = changes.Select(c => c.After).OfType<CaseFile>().GroupBy(f => f.Id).Select(g => g.Last()).ToList();
        var file = files.Single(f => f.Id == report);
        return ReportViews.Receipt(file, Clocks(files.OrderBy(f => f.Id == report ? 0 : 1), policies.Of(file)), lookup);
    }

    private static IReadOnlyList<ClockView> Clocks(IEnumerable<CaseFile> files, Workflow.Pack pack) =>
        [.. files.SelectMany(f => f.Clocks.Values).Select(c => ClockView.Of(c, pack)).OrderBy(c => c.DueAt)];

    private async Task<IResult> Replay(HttpContext http, KeptAnswer first, RequestKey key)
    {
        if (!first.BodyHash.AsSpan().SequenceEqual(key.BodyHash)) return new Problem(409, "key-reused");
        if (first is { Answer: { } answer, Location: { } location }) return Created(http, location, answer);
        // Kept without its answer by an earlier release. A look-up code is only ever known to that answer.
        var receipt = await Receipt(first.Stream, null);
        return Created(http, $"/api/reports/{receipt.ReportNumber}", JsonSerializer.Serialize(receipt, Codec.Json));
    }

    private static IResult Created(HttpContext http, string location, string answer)
    {
        http.Response.Headers.Location = location;
        return TypedResults.Text(answer, "application/json", Encoding.UTF8, 201);
    }

    /// <summary>People write codes down in groups and small letters: only letters and digits count.</summary>
    internal static byte[] Hash(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant()));

    /// <summary>The report a look-up code belongs to.</summary>
    public async Task<Guid?> ByCode(string code, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await connection.QuerySingleOrDefaultAsync<Guid?>(new CommandDefinition(
            "select report from hotline.lookups where code_hash = @hash", new { hash = Hash(code) }, cancellationToken: cancel));
    }
}
