using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Json;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Paging;
using Hotline.Telephony;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Api.Tests.Paging;

public sealed class Thirteen_hundred_people(ITestOutputHelper output)
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("HOTLINE_TEST_LONG") == "1";

    /// <summary>Divisions with a page each, and the people on duty in each of them.</summary>
    private static readonly (int Pages, int People) Size = Long ? (130, 10) : (4, 15);

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task are_paged_within_a_minute_by_a_gateway_that_allows_it()
    {
        await using var world = await PagingWorld.Start();
        await world.Callbacks(false);
        for (var division = 0; division < Size.Pages; division++) await Staff(world, division);
        var began = TimeProvider.System.GetTimestamp();
        var pages = await Task.WhenAll(Enumerable.Range(0, Size.Pages).Select(d => world.Begin(Guid.CreateVersion7(), Division(d))));
        await PagingWorld.Until(async () => (await world.Log("text")).Count >= Size.Pages * Size.People, "all of them", 120);
        var took = TimeProvider.System.GetElapsedTime(began);
        output.WriteLine($"{Size.Pages * Size.People} people paged in {took.TotalSeconds:0.0} s, {Size.Pages * Size.People / took.TotalSeconds:0} a second");
        took.ShouldBeLessThan(Within);
        await PagingWorld.Until(async () => (await Task.WhenAll(pages.Select(world.Load))).All(p => p.Attempts.All(a => a.SentAt is not null)), "and all of it is kept", 120);
        (await world.Log("text")).Select(t => t.GetProperty("detail").GetProperty("to").GetString()).Distinct().Count().ShouldBe(Size.Pages * Size.People);
    }

    private static string Division(int number) => (560000 + number).ToString(CultureInfo.InvariantCulture);

    private static async Task Staff(PagingWorld world, int division)
    {
        var (contacts, writer) = (world.Services.GetRequiredService<Contacts>(), world.Services.GetRequiredService<Writer>());
        var people = ImmutableArray.CreateBuilder<Guid>();
        for (var n = 0; n < Size.People; n++)
        {
            var number = "+1415" + (6000000 + division * 1000 + n).ToString(CultureInfo.InvariantCulture);
            (await world.Phones.PostAsJsonAsync("/phones", new { number, ownerZh = "甲", role = "other" })).EnsureSuccessStatusCode();
            people.Add(Guid.CreateVersion7());
            await contacts.Keep(people[^1], $"p{division}-{n}", "DutyOfficer", Division(division), PhoneNumber.Parse(number)!.Value, world.Clock.Now, default);
        }
        await writer.Write(null, world.Clock.Now, async load =>
        {
            var id = Guid.CreateVersion7();
            var roster = await load.Load<RosterFile>(RosterFile.KindName, id, CancellationToken.None);
            return new Decision.Accepted(Writing.To(load.Kind(RosterFile.KindName), id, roster, new RosterSet(
                Division(division), "DutyOfficer", "Asia/Shanghai",
                [.. people.Select(p => new Shift(p, [1, 2, 3, 4, 5, 6, 7], TimeOnly.MinValue, TimeOnly.MinValue))], Actor.System)));
        });
    }
}
