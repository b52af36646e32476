using Hotline.Store.Sealing;

namespace Hotline.Store.Tests.Sealing;

public sealed class A_master_key : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-master-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    public void is_recovered_from_any_two_shares(int one, int other)
    {
        var key = MasterKey.Make();
        var shares = RecoveryShares.Split(key);
        RecoveryShares.Recover(shares[one], shares[other]).Base64.ShouldBe(key.Base64);
    }

    [Fact]
    public void is_not_given_away_by_one_share()
    {
        // One share fits every key there is: with a share of another splitting in the second place, each gives another key,
        // and none is accepted for the key it names.
        var key = MasterKey.Make();
        var share = RecoveryShares.Split(key)[0];
        Should.Throw<StartRefusedException>(() => RecoveryShares.Recover(share, share));
        var wrong = RecoveryShares.Split(key)[1];
        Should.Throw<StartRefusedException>(() => RecoveryShares.Recover(share, wrong)).Message.ShouldContain("do not give");
        share.ShouldNotContain(Convert.ToHexStringLower(key.Secret));
    }

    [Fact]
    public void is_not_recovered_with_a_share_of_another_key_or_a_slip_of_the_pen()
    {
        var shares = RecoveryShares.Split(MasterKey.Make());
        var strange = RecoveryShares.Split(MasterKey.Make());
        Should.Throw<StartRefusedException>(() => RecoveryShares.Recover(shares[0], strange[1]));
        var slip = shares[1][..40] + (shares[1][40] == 'a' ? 'b' : 'a') + shares[1][41..];
        Should.Throw<StartRefusedException>(() => RecoveryShares.Recover(shares[0], slip)).Message.ShouldContain("slip");
        Should.Throw<StartRefusedException>(() => RecoveryShares.Recover(shares[0], "hotline-share-2")).Message.ShouldContain("slip");
    }

    [Fact]
    public void is_made_on_the_first_start_with_its_shares_beside_it_and_kept_ever_after()
    {
        var first = MasterKeyFile.ReadOrMake(_folder, keysExist: false);
        MasterKeyFile.ReadOrMake(_folder, keysExist: true).Id.ShouldBe(first.Id);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(MasterKeyFile.PathIn(_folder)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        File.Delete(MasterKeyFile.PathIn(_folder));
        var shares = new[] { 1, 3 }.Select(n => MasterKeyFile.ReadShare(MasterKeyFile.SharePathIn(_folder, n))).ToArray();
        MasterKeyFile.Restore(_folder, RecoveryShares.Recover(shares[0], shares[1]));
        MasterKeyFile.ReadOrMake(_folder, keysExist: true).Id.ShouldBe(first.Id);
    }

    [Fact]
    public void is_never_made_anew_where_values_are_already_sealed()
    {
        var refusal = Should.Throw<StartRefusedException>(() => MasterKeyFile.ReadOrMake(_folder, keysExist: true));
        refusal.Message.ShouldContain("hotline keys recover");
        Directory.EnumerateFiles(_folder).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("c2hvcnQ=")]
    [InlineData("not base64 at all")]
    [InlineData("file:/nowhere/master.key")]
    public void is_refused_when_it_is_not_one(string setting)
    {
        var refusal = Should.Throw<StartRefusedException>(() => MasterKey.Parse(setting));
        refusal.Message.ShouldNotContain("\n");
        refusal.Message.ShouldNotContain("c2hvcnQ=");
    }
}
