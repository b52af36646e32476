using Hotline.Store.Sealing;
using static Hotline.Store.Tests.Sealing.SealingWorld;

namespace Hotline.Store.Tests.Sealing;

public sealed class Keys_of_an_owner(SealingWorld world) : IClassFixture<SealingWorld>
{
    [Fact]
    public async Task are_one_for_all_values_of_an_owner_and_differ_between_owners()
    {
        using var vault = world.Vault();
        var (owner, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var (_, rows) = await vault.Seal([new(owner, 1, "a"), new(other, 1, "b"), new(owner, 4, "c")]);
        foreach (var row in rows) await world.Write(row);
        await world.Seal(vault, owner, "d");
        (await KeysOf(owner)).ShouldBe(1);
        (await KeysOf(other)).ShouldBe(1);
        rows[0].Values[3].ShouldNotBe(rows[1].Values[3]);
    }

    [Fact]
    public async Task may_be_several_after_first_seals_at_once_and_all_values_open_and_all_are_erased()
    {
        using var here = world.Vault();
        using var there = world.Vault();
        var owner = Guid.CreateVersion7();
        var refs = await Task.WhenAll(Enumerable.Range(0, 16)
            .Select(i => world.Seal(i % 2 == 0 ? here : there, owner, $"value {i}")));
        var opened = await there.Open([.. refs.Select(r => r.ValueId)]);
        opened.Values.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 16).Select(i => $"value {i}").Order(StringComparer.Ordinal));

        var before = await KeysOf(owner);
        await world.Seal(here, owner, "later");
        (await KeysOf(owner)).ShouldBe(before);

        await here.Erase(owner);
        (await there.Open([.. refs.Select(r => r.ValueId)])).Values.ShouldAllBe(text => text == null);
    }

    [Fact]
    public async Task are_durable_before_anybody_is_sealed_under_them_and_no_seal_waits_for_one()
    {
        using var vault = world.Vault();
        await vault.Prepare();
        var made = await Ask(world.Keys, "select count(*) from hotline.data_keys");
        for (var i = 0; i < 20; i++)
        {
            var (_, rows) = await vault.Seal([new(Guid.CreateVersion7(), 2, "new person")]);
            (await Ask(world.Keys, $"select count(*) from hotline.data_keys where key_id = '{rows[0].Values[3]}'")).ShouldBe(1L);
        }
        (await Ask(world.Keys, "select count(*) from hotline.data_keys")).ShouldBe(made);
    }

    [Fact]
    public async Task run_out_under_a_rush_without_anybody_getting_the_same()
    {
        using var vault = world.Vault();
        var rows = await Task.WhenAll(Enumerable.Range(0, 300)
            .Select(async _ => (await vault.Seal([new(Guid.CreateVersion7(), 2, "rush")])).Rows[0].Values[3]));
        rows.Distinct().Count().ShouldBe(300);
    }

    [Fact]
    public async Task are_refused_to_a_wrong_master_key_with_a_clear_line()
    {
        using (var vault = world.Vault()) await vault.Prepare();
        (await PostgresVault.AnyKeys(world.Keys)).ShouldBeTrue();
        var stranger = MasterKey.Make();
        using var wrong = world.Vault(stranger);
        var refusal = await Should.ThrowAsync<StartRefusedException>(wrong.Prepare());
        refusal.Message.ShouldContain(stranger.Id);
        refusal.Message.ShouldNotContain("\n");
    }

    private async Task<long> KeysOf(Guid owner) =>
        (long)(await Ask(world.Main, $"select count(distinct key_version) from hotline.sealed where person_id = '{owner}'"))!;
}
