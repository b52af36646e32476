using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Tests.Cases;

public sealed class A_child_that_leaves_soon
{
    private static readonly DateTimeOffset Four = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(15), InlineData(40)]
    public async Task rings_the_desk_as_long_before_as_the_pack_says(int minutes)
    {
        var page = CaseWorld.Pack.Machines["page"];
        var pack = CaseWorld.Pack with
        {
            Machines = CaseWorld.Pack.Machines.SetItem("page", page with
            {
                Ringing = page.Ringing! with { BeforeChildLeaves = TimeSpan.FromMinutes(minutes) },
            }),
        };
        var world = new CaseWorld();
        var file = await world.File(CaseKind.Report, await world.Report());
        file = file with { Report = file.Report! with { ChildLeavesAt = Four } };
        var kind = new CaseKind(CaseKind.Report, new PolicyBook(pack));
        var timer = kind.Timers(CaseFile.Empty(file.Id, CaseKind.Report), file).OfType<TimerChange.Set>().Single(t => t.Kind == LeavesTimer.Kind);
        timer.DueAt.ShouldBe(Four.AddMinutes(-minutes));
    }
}
