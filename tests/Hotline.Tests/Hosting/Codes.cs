using Hotline.Hosting;

namespace Hotline.Tests.Hosting;

public sealed class Codes
{
    [Fact]
    public void can_be_read_out_on_the_telephone()
    {
        var codes = Enumerable.Range(0, 500).Select(_ => new SystemIds().Code(12)).ToList();
        codes.ShouldAllBe(code => code.Length == 12);
        string.Concat(codes).ShouldNotContain(c => "01OIL".Contains(c));
        codes.Distinct().Count().ShouldBe(500);
    }
}
