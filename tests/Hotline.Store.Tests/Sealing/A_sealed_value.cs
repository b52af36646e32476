using System.Security.Cryptography;
using Hotline.Store.Sealing;
using static Hotline.Store.Tests.Sealing.SealingWorld;

namespace Hotline.Store.Tests.Sealing;

public sealed class A_sealed_value(SealingWorld world) : IClassFixture<SealingWorld>
{
    [Theory]
    [InlineData("王小明（化名）")]
    [InlineData("")]
    [InlineData("with a \0 inside")]
    public async Task opens_again(string text)
    {
        using var vault = world.Vault();
        var sealedRef = await world.Seal(vault, Guid.CreateVersion7(), text);
        (await vault.Open([sealedRef.ValueId]))[sealedRef.ValueId].ShouldBe(text);
    }

    [Fact]
    public async Task is_not_readable_while_its_row_is_not_committed()
    {
        using var vault = world.Vault();
        var (refs, _) = await vault.Seal([new(Guid.CreateVersion7(), 3, "told in confidence")]);
        (await vault.Open([refs[0].ValueId])).ShouldBeEmpty();
    }

    [Fact]
    public async Task has_a_commitment_that_differs_each_time_for_the_same_text()
    {
        using var vault = world.Vault();
        var owner = Guid.CreateVersion7();
        var (refs, _) = await vault.Seal([new(owner, 3, "same"), new(owner, 3, "same")]);
        refs[0].Commitment.Length.ShouldBe(64);
        refs[0].Commitment.ShouldNotBe(refs[1].Commitment);
    }

    [Theory]
    [InlineData("update hotline.sealed set class = 1 where value_id = $1")]
    [InlineData("update hotline.sealed set person_id = gen_random_uuid() where value_id = $1")]
    [InlineData("update hotline.sealed set ciphertext = set_byte(ciphertext, 0, get_byte(ciphertext, 0) # 1) where value_id = $1")]
    public async Task does_not_open_after_a_change_of_its_row(string change)
    {
        using var vault = world.Vault();
        var sealedRef = await world.Seal(vault, Guid.CreateVersion7(), "unchanged");
        await using var command = world.Main.CreateCommand(change);
        command.Parameters.Add(new() { Value = sealedRef.ValueId });
        (await command.ExecuteNonQueryAsync()).ShouldBe(1);
        var broken = await Should.ThrowAsync<CryptographicException>(vault.Open([sealedRef.ValueId]));
        broken.Message.ShouldContain(sealedRef.ValueId.ToString());
    }

    [Fact]
    public async Task does_not_open_under_the_id_of_another_value_of_the_same_owner()
    {
        using var vault = world.Vault();
        var owner = Guid.CreateVersion7();
        var one = await world.Seal(vault, owner, "one");
        var other = await world.Seal(vault, owner, "other");
        // By way of a third id: the unique key would refuse the swap in one.
        await using var connection = await world.Main.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var (from, to) in new[] { (one.ValueId, Guid.Empty), (other.ValueId, one.ValueId), (Guid.Empty, other.ValueId) })
        {
            await using var move = new Npgsql.NpgsqlCommand("update hotline.sealed set value_id = $2 where value_id = $1", connection)
            {
                Parameters = { new() { Value = from }, new() { Value = to } },
            };
            (await move.ExecuteNonQueryAsync()).ShouldBe(1);
        }
        await transaction.CommitAsync();
        await Should.ThrowAsync<CryptographicException>(vault.Open([one.ValueId]));
        await Should.ThrowAsync<CryptographicException>(vault.Open([other.ValueId]));
    }

    [Fact]
    public async Task is_gone_for_ever_once_its_owner_is_erased_and_others_are_not()
    {
        using var vault = world.Vault();
        var (owner, neighbour) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var one = await world.Seal(vault, owner, "one");
        var kept = await world.Seal(vault, neighbour, "kept");
        await vault.Erase(owner);
        using var elsewhere = world.Vault();
        (await elsewhere.Open([one.ValueId, kept.ValueId])).ShouldBe(
            new Dictionary<Guid, string?> { [one.ValueId] = null, [kept.ValueId] = "kept" }, ignoreOrder: true);

        var later = await world.Seal(vault, owner, "told anew");
        (await vault.Open([one.ValueId, later.ValueId]))[later.ValueId].ShouldBe("told anew");
    }

    [Fact]
    public async Task keeps_no_key_in_the_main_database()
    {
        using var vault = world.Vault();
        var sealedRef = await world.Seal(vault, Guid.CreateVersion7(), "not in the dump");
        var wrapped = (string)(await Ask(world.Keys, $"""
            select encode(wrapped, 'hex') from hotline.data_keys
            where key_id = '{await Ask(world.Main, $"select key_version from hotline.sealed where value_id = '{sealedRef.ValueId}'")}'
            """))!;
        var everything = await DumpAsText();
        everything.ShouldContain(sealedRef.ValueId.ToString());
        everything.ShouldNotContain(wrapped);
        everything.ShouldNotContain("not in the dump");
        everything.ShouldNotContain(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes("not in the dump")));
        everything.ShouldNotContain("data_keys");
    }

    private async Task<string> DumpAsText()
    {
        var text = new System.Text.StringBuilder();
        var tables = (string[])(await Ask(world.Main, """
            select array_agg(format('%I.%I', schemaname, tablename)::text) from pg_tables
            where schemaname not in ('pg_catalog', 'information_schema')
            """))!;
        foreach (var table in tables)
            text.AppendLine(table).AppendLine(await Ask(world.Main, $"select string_agg(t::text, chr(10)) from {table} t") as string);
        return text.ToString();
    }
}
