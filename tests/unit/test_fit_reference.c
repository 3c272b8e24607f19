/* Every branch of the reference's procedure on a small input, against what R (4.2.2) makes of it
 * with the reference's models.R: outliers, no-op overhead (means of several, missing ones,
 * functions that are below it), filters, regions, the fan, lifting and rounding, patches, a size
 * that is missing. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/fit.h>

/* clang-format off */
static const char *const times[] = {
    "benchmark,t,t.mean.lb,t.mean.ub,t.sd,t.sd.lb,t.sd.ub",
    "Nop1o/1,5.0000e-07,4.9500e-07,5.0657e-07,1e-9,1e-9,1.2e-9",
    "Nop2o/1/1,6.0000e-07,5.9400e-07,6.0374e-07,1e-9,1e-9,2.8e-9",
    "Nop3o/1/1/1,7.0000e-07,6.9300e-07,7.1050e-07,1e-9,1e-9,6.4e-9",
    "Nop4o/1/1/1/1,8.0000e-07,7.9200e-07,8.1436e-07,1e-9,1e-9,1.7e-9",
    "Nop2o/1/1,6.4000e-07,6.3360e-07,6.4577e-07,1e-9,1e-9,1.2e-9",
    "BData/4,1.0000e-06,9.9000e-07,1.0052e-06,1e-9,1e-9,5.0e-9",
    "BData/4,1.0200e-06,1.0098e-06,1.0215e-06,1e-9,1e-9,2.6e-9",
    "BData/4,1.0500e-06,1.0395e-06,1.0640e-06,1e-9,1e-9,5.4e-9",
    "BData/4,1.0100e-06,9.9990e-07,1.0152e-06,1e-9,1e-9,5.7e-9",
    "BData/4,9.0000e-06,8.9100e-06,9.1474e-06,1e-9,1e-9,1.1e-9",
    "BData/4,1.0300e-06,1.0197e-06,1.0468e-06,1e-9,1e-9,6.6e-9",
    "BData/4,1.0400e-06,1.0296e-06,1.0478e-06,1e-9,1e-9,2.2e-9",
    "BData/4,1.0100e-06,9.9990e-07,1.0294e-06,1e-9,1e-9,3.7e-9",
    "BData/4,1.0600e-06,1.0494e-06,1.0629e-06,1e-9,1e-9,1.8e-9",
    "BData/4,4.0000e-06,3.9600e-06,4.0684e-06,1e-9,1e-9,5.8e-9",
    "AddInteger/1/1,1.0504e-06,1.0399e-06,1.0660e-06,1e-9,1e-9,5.3e-9",
    "AddInteger/1/4,1.0887e-06,1.0778e-06,1.0976e-06,1e-9,1e-9,5.4e-9",
    "AddInteger/1/9,1.1315e-06,1.1202e-06,1.1459e-06,1e-9,1e-9,7.9e-9",
    "AddInteger/5/1,1.0789e-06,1.0681e-06,1.0944e-06,1e-9,1e-9,1.4e-9",
    "AddInteger/5/4,1.0614e-06,1.0508e-06,1.0683e-06,1e-9,1e-9,1.6e-9",
    "AddInteger/5/9,1.1016e-06,1.0906e-06,1.1049e-06,1e-9,1e-9,3.2e-9",
    "AddInteger/9/1,1.1218e-06,1.1106e-06,1.1307e-06,1e-9,1e-9,4.0e-9",
    "AddInteger/9/4,1.1005e-06,1.0895e-06,1.1072e-06,1e-9,1e-9,8.5e-9",
    "AddInteger/9/9,1.1224e-06,1.1112e-06,1.1365e-06,1e-9,1e-9,2.4e-9",
    "MultiplyInteger/0/1,1.0146e-06,1.0044e-06,1.0187e-06,1e-9,1e-9,4.0e-9",
    "MultiplyInteger/3/4,1.0438e-06,1.0334e-06,1.0575e-06,1e-9,1e-9,5.5e-9",
    "MultiplyInteger/7/8,1.1257e-06,1.1144e-06,1.1448e-06,1e-9,1e-9,7.2e-9",
    "MultiplyInteger/11/12,1.2686e-06,1.2559e-06,1.2706e-06,1e-9,1e-9,3.5e-9",
    "Sha2_256/1,4.0010e-07,3.9610e-07,4.0254e-07,1e-9,1e-9,2.7e-9",
    "Sha2_256/5,4.0050e-07,3.9650e-07,4.0808e-07,1e-9,1e-9,8.0e-9",
    "Sha2_256/20,4.0200e-07,3.9798e-07,4.0481e-07,1e-9,1e-9,6.2e-9",
    "Sha2_256/60,4.0600e-07,4.0194e-07,4.0946e-07,1e-9,1e-9,8.3e-9",
    "Sha3_256/1,3.0129e-06,2.9828e-06,3.0311e-06,1e-9,1e-9,3.0e-9",
    "Sha3_256/5,2.9781e-06,2.9483e-06,2.9959e-06,1e-9,1e-9,5.7e-9",
    "Sha3_256/20,2.8449e-06,2.8164e-06,2.8693e-06,1e-9,1e-9,2.8e-9",
    "Sha3_256/60,2.4499e-06,2.4254e-06,2.4760e-06,1e-9,1e-9,1.7e-9",
    "EqualsData/2/2,5.1819e-07,5.1301e-07,5.1979e-07,1e-9,1e-9,6.0e-9",
    "EqualsData/2/2,5.6350e-07,5.5787e-07,5.6859e-07,1e-9,1e-9,1.5e-9",
    "EqualsData/2/2,6.9526e-07,6.8831e-07,7.0912e-07,1e-9,1e-9,5.2e-9",
    "EqualsData/10/10,6.0942e-07,6.0333e-07,6.2000e-07,1e-9,1e-9,1.1e-9",
    "EqualsData/30/30,1.4397e-06,1.4253e-06,1.4598e-06,1e-9,1e-9,5.3e-9",
    "EqualsData/60/61,6.2202e-06,6.1580e-06,6.3022e-06,1e-9,1e-9,1.9e-9",
    "EqualsData/90/90,1.3883e-06,1.3744e-06,1.4016e-06,1e-9,1e-9,8.6e-9",
    "EqualsData/120/120,4.3706e-06,4.3269e-06,4.3969e-06,1e-9,1e-9,5.0e-9",
    "EqualsData/2/2,6.8715e-07,6.8027e-07,6.9975e-07,1e-9,1e-9,8.0e-9",
    "EqualsData/2/2,5.1919e-07,5.1400e-07,5.2602e-07,1e-9,1e-9,5.9e-9",
    "EqualsData/2/2,5.5583e-07,5.5028e-07,5.6444e-07,1e-9,1e-9,5.3e-9",
    "EqualsData/10/10,1.5557e-06,1.5402e-06,1.5730e-06,1e-9,1e-9,1.0e-9",
    "EqualsData/30/30,7.8945e-07,7.8155e-07,7.9053e-07,1e-9,1e-9,8.4e-9",
    "EqualsData/60/60,2.4363e-06,2.4120e-06,2.4773e-06,1e-9,1e-9,3.5e-9",
    "EqualsData/90/90,8.7043e-06,8.6172e-06,8.8582e-06,1e-9,1e-9,8.6e-9",
    "EqualsData/120/120,1.6006e-06,1.5846e-06,1.6169e-06,1e-9,1e-9,1.6e-9",
    "EqualsData/2/2,5.6313e-07,5.5750e-07,5.7188e-07,1e-9,1e-9,2.0e-9",
    "EqualsData/2/2,6.9901e-07,6.9202e-07,7.0701e-07,1e-9,1e-9,3.1e-9",
    "EqualsData/2/2,5.2149e-07,5.1627e-07,5.2620e-07,1e-9,1e-9,2.7e-9",
    "EqualsData/10/10,8.0236e-07,7.9433e-07,8.1429e-07,1e-9,1e-9,2.6e-9",
    "EqualsData/30/30,3.3870e-06,3.3532e-06,3.4545e-06,1e-9,1e-9,6.2e-9",
    "EqualsData/60/60,1.0926e-06,1.0816e-06,1.1044e-06,1e-9,1e-9,2.0e-9",
    "EqualsData/90/90,3.0513e-06,3.0208e-06,3.0740e-06,1e-9,1e-9,5.7e-9",
    "EqualsData/120/120,1.1852e-05,1.1734e-05,1.1914e-05,1e-9,1e-9,1.6e-9",
    "MultiIndexArray/50/1,1.5138e-06,1.4987e-06,1.5219e-06,1e-9,1e-9,8.2e-9",
    "MultiIndexArray/50/1,1.5367e-06,1.5213e-06,1.5403e-06,1e-9,1e-9,2.9e-9",
    "MultiIndexArray/50/5,1.3344e-06,1.3211e-06,1.3412e-06,1e-9,1e-9,2.1e-9",
    "MultiIndexArray/50/10,1.6636e-06,1.6469e-06,1.6833e-06,1e-9,1e-9,4.8e-9",
    "MultiIndexArray/50/20,2.3585e-06,2.3349e-06,2.3970e-06,1e-9,1e-9,2.5e-9",
    "MultiIndexArray/50/40,4.1297e-06,4.0884e-06,4.1676e-06,1e-9,1e-9,4.4e-9",
    "EqualsByteString/10/10,1.0347e-06,1.0243e-06,1.0500e-06,1e-9,1e-9,6.4e-9",
    "EqualsByteString/20/20,1.0698e-06,1.0591e-06,1.0729e-06,1e-9,1e-9,4.2e-9",
    "EqualsByteString/30/30,1.0934e-06,1.0825e-06,1.1124e-06,1e-9,1e-9,3.0e-9",
    "EqualsByteString/10/11,5.5190e-07,5.4638e-07,5.5716e-07,1e-9,1e-9,4.4e-9",
    "EqualsByteString/20/21,5.5279e-07,5.4726e-07,5.5596e-07,1e-9,1e-9,8.4e-9",
    "ValueContains/5/2,1.6122e-06,1.5960e-06,1.6402e-06,1e-9,1e-9,5.4e-9",
    "ValueContains/9/9,1.7725e-06,1.7548e-06,1.8080e-06,1e-9,1e-9,7.7e-9",
    "ValueContains/30/4,1.9284e-06,1.9092e-06,1.9643e-06,1e-9,1e-9,7.8e-9",
    "ValueContains/60/33,2.7683e-06,2.7406e-06,2.7966e-06,1e-9,1e-9,2.7e-9",
    "ValueContains/3/8,1.2201e-06,1.2079e-06,1.2226e-06,1e-9,1e-9,4.0e-9",
    "ValueContains/2/30,1.2493e-06,1.2368e-06,1.2568e-06,1e-9,1e-9,7.3e-9",
    "DivideInteger/3/1,1.1436e-06,1.1321e-06,1.1539e-06,1e-9,1e-9,8.7e-9",
    "DivideInteger/9/2,1.1948e-06,1.1828e-06,1.2086e-06,1e-9,1e-9,6.7e-9",
    "DivideInteger/20/7,1.2848e-06,1.2720e-06,1.2934e-06,1e-9,1e-9,8.7e-9",
    "DivideInteger/33/30,1.9360e-06,1.9166e-06,1.9578e-06,1e-9,1e-9,7.0e-9",
    "DivideInteger/50/11,1.4758e-06,1.4610e-06,1.4936e-06,1e-9,1e-9,5.0e-9",
    "DivideInteger/70/70,1.0426e-06,1.0322e-06,1.0468e-06,1e-9,1e-9,8.7e-9",
    "DivideInteger/71/20,1.8900e-06,1.8711e-06,1.8986e-06,1e-9,1e-9,5.8e-9",
    "DivideInteger/90/60,3.5938e-06,3.5578e-06,3.6134e-06,1e-9,1e-9,2.0e-9",
    "DivideInteger/1/5,1.0445e-06,1.0341e-06,1.0504e-06,1e-9,1e-9,5.8e-9",
    "DivideInteger/4/9,1.0310e-06,1.0207e-06,1.0402e-06,1e-9,1e-9,5.7e-9",
    "DivideInteger/0/4,1.0261e-06,1.0159e-06,1.0454e-06,1e-9,1e-9,2.6e-9",
    "UnValueData/1,2.1000e-06,2.0790e-06,2.1307e-06,1e-9,1e-9,2.9e-9",
    "UnValueData/40,4.5000e-05,4.4550e-05,4.5383e-05,1e-9,1e-9,6.4e-9",
    "UnValueData/80,4.0500e-04,4.0095e-04,4.0771e-04,1e-9,1e-9,3.5e-9",
    "UnValueData/160,2.0850e-03,2.0641e-03,2.1169e-03,1e-9,1e-9,1.6e-9",
    "UnValueData/300,8.1050e-03,8.0239e-03,8.1837e-03,1e-9,1e-9,9.0e-9",
    "IntegerToByteString/1/8/1,1.0300e-06,1.0197e-06,1.0505e-06,1e-9,1e-9,1.6e-9",
    "IntegerToByteString/1/8/20,1.6000e-06,1.5840e-06,1.6081e-06,1e-9,1e-9,3.1e-9",
    "IntegerToByteString/1/8/50,2.5000e-06,2.4750e-06,2.5468e-06,1e-9,1e-9,8.0e-9",
    "ConsByteString/1/1,1.0100e-06,9.9990e-07,1.0279e-06,1e-9,1e-9,4.0e-9",
    "ConsByteString/1/8,1.0800e-06,1.0692e-06,1.0843e-06,1e-9,1e-9,7.7e-9",
    "ConsByteString/1/20,1.2000e-06,1.1880e-06,1.2172e-06,1e-9,1e-9,5.9e-9",
    "ConsByteString/1,1.2100e-06,1.1979e-06,1.2339e-06,1e-9,1e-9,6.2e-9",
    "UnionValue/4/4,2.2639e-06,2.2413e-06,2.3013e-06,1e-9,1e-9,3.4e-9",
    "UnionValue/9/2,2.7117e-06,2.6846e-06,2.7628e-06,1e-9,1e-9,2.1e-9",
    "UnionValue/16/30,1.3358e-05,1.3224e-05,1.3398e-05,1e-9,1e-9,5.4e-9",
    "UnionValue/100/7,1.9436e-05,1.9242e-05,1.9679e-05,1e-9,1e-9,6.7e-9",
    "UnionValue/60/60,5.5002e-05,5.4452e-05,5.5720e-05,1e-9,1e-9,3.1e-9",
    "AndByteString/1/1/1,1.5079e-06,1.4928e-06,1.5353e-06,1e-9,1e-9,7.8e-9",
    "AndByteString/1/5/9,1.5239e-06,1.5087e-06,1.5377e-06,1e-9,1e-9,3.2e-9",
    "AndByteString/1/9/5,1.5190e-06,1.5038e-06,1.5428e-06,1e-9,1e-9,6.1e-9",
    "AndByteString/1/20/40,1.6026e-06,1.5866e-06,1.6268e-06,1e-9,1e-9,5.4e-9",
    "ExpModInteger/1/1/1,2.1500e-06,2.1285e-06,2.1696e-06,1e-9,1e-9,1.1e-9",
    "ExpModInteger/2/5/9,2.6750e-05,2.6482e-05,2.6815e-05,1e-9,1e-9,8.1e-9",
    "ExpModInteger/0/7/9,3.6650e-05,3.6284e-05,3.7316e-05,1e-9,1e-9,5.4e-9",
    "ExpModInteger/8/9/5,1.7750e-05,1.7572e-05,1.8049e-05,1e-9,1e-9,5.7e-9",
    "ExpModInteger/4/20/40,1.6820e-03,1.6652e-03,1.6884e-03,1e-9,1e-9,2.0e-9",
    "InsertCoin/1/1/1/1,1.5200e-06,1.5048e-06,1.5304e-06,1e-9,1e-9,8.2e-9",
    "InsertCoin/1/1/1/3,1.5600e-06,1.5444e-06,1.5852e-06,1e-9,1e-9,7.9e-9",
    "InsertCoin/1/1/1/6,1.6200e-06,1.6038e-06,1.6493e-06,1e-9,1e-9,2.7e-9",
};

/* model, type, subtype, constant, minimum, coefficients: R's, with 17 digits. */
static const char *const expected[] = {
    "addIntegerModel\tmax_size\t-\t-\t-\t(Intercept)=0.42040802469135802;pmax(x_mem, y_mem)=0.0082254629629629674",
    "subtractIntegerModel\tmax_size\t-\t-\t-\t(Intercept)=0.42040802469135802;pmax(x_mem, y_mem)=0.0082254629629629674",
    "multiplyIntegerModel\tmultiplied_sizes\t-\t-\t-\t(Intercept)=0.40109363241678753;I(x_mem * y_mem)=0.0018740955137481888",
    "consByteStringModel\tlinear_in_y\t-\t-\t-\t(Intercept)=0.38000000000000034;y_mem=0.0099999999999999829",
    "equalsByteStringModel\tlinear_on_diagonal\t-\t0.001\t-\t(Intercept)=0.38726666666666681;x_mem=0.0029349999999999927",
    "sha2_256Model\tlinear_in_x\t-\t-\t-\t(Intercept)=0.001;x_mem=0",
    "sha3_256Model\tlinear_in_x\t-\t-\t-\t(Intercept)=2.5273571887919148;x_mem=0.001",
    "bDataModel\tconstant_cost\t-\t-\t-\t(Intercept)=0.52749999999999986",
    "equalsDataModel\tmin_size\t-\t-\t-\t(Intercept)=0.69039399999999995;pmin(x_mem, y_mem)=0.092565431472081211",
    "integerToByteStringModel\tquadratic_in_z\t-\t-\t-\t(Intercept)=1.0000000000000002;I(z_mem)=0.029999999999999971;I(z_mem^2)=4.810923595818659e-19",
    "andByteStringModel\tlinear_in_y_and_z\t-\t-\t-\t(Intercept)=0.80356839080459774;y_mem=0.00047236590038313771;z_mem=0.0022289750957854393",
    "orByteStringModel\tlinear_in_y_and_z\t-\t-\t-\t(Intercept)=0.80356839080459774;y_mem=0.00047236590038313771;z_mem=0.0022289750957854393",
    "xorByteStringModel\tlinear_in_y_and_z\t-\t-\t-\t(Intercept)=0.80356839080459774;y_mem=0.00047236590038313771;z_mem=0.0022289750957854393",
    "expModIntegerModel\texp_mod_cost\t-\t-\t-\t(Intercept)=1.3000000000000256;I(y_mem * z_mem)=0.10000000000000366;I(y_mem * z_mem^2)=0.049999999999999892",
    "valueContainsModel\tconst_above_diagonal\tlinear_in_x_and_y\t0.61470000000000002\t-\t(Intercept)=0.89820875317234961;x_mem=0.01142502701208635;y_mem=0.017090878709450436",
    "unValueDataModel\tquadratic_in_x\t-\t-\t-\t(Intercept)=4.999999999999833;I(x_mem)=0.001;I(x_mem^2)=0.10000000000000001",
    "insertCoinModel\tlinear_in_u\t-\t-\t-\t(Intercept)=0.70000000000000062;u_mem=0.019999999999999889",
    "unionValueModel\twith_interaction_in_x_and_y\t-\t-\t-\t(Intercept)=0.46939662921361419;x_mem=0.099393315671841106;y_mem=0.19418579301951178;x_mem:y_mem=0.010082705340869183",
    "multiIndexArrayModel\tquadratic_in_y\t-\t-\t-\t(Intercept)=0.90098900000000004;I(y_mem)=0.014371;I(y_mem^2)=0.0013420000000000001",
    "divideIntegerModel\tconst_above_diagonal\tquadratic_in_x_and_y\t0.41936666666666661\t0.41936666666666661\t(Intercept)=0.5212963813840813;I(x_mem)=-0.0015061946782204893;I(y_mem)=0.01974880842725088;I(x_mem^2)=3.7091710998884904e-05;I(x_mem * y_mem)=0.00018124685717447358;I(y_mem^2)=3.4525600816932629e-05",
    "quotientIntegerModel\tconst_above_diagonal\tquadratic_in_x_and_y\t0.41936666666666661\t0.41936666666666661\t(Intercept)=0.5212963813840813;I(x_mem)=-0.0015061946782204893;I(y_mem)=0.01974880842725088;I(x_mem^2)=3.7091710998884904e-05;I(x_mem * y_mem)=0.00018124685717447358;I(y_mem^2)=3.4525600816932629e-05",
    "remainderIntegerModel\tconst_above_diagonal\tquadratic_in_x_and_y\t0.41936666666666661\t0.41936666666666661\t(Intercept)=0.5212963813840813;I(x_mem)=-0.0015061946782204893;I(y_mem)=0.01974880842725088;I(x_mem^2)=3.7091710998884904e-05;I(x_mem * y_mem)=0.00018124685717447358;I(y_mem^2)=3.4525600816932629e-05",
    "modIntegerModel\tconst_above_diagonal\tquadratic_in_x_and_y\t0.41936666666666661\t0.41936666666666661\t(Intercept)=0.5212963813840813;I(x_mem)=-0.0015061946782204893;I(y_mem)=0.01974880842725088;I(x_mem^2)=3.7091710998884904e-05;I(x_mem * y_mem)=0.00018124685717447358;I(y_mem^2)=3.4525600816932629e-05",
};
/* clang-format on */

#define EXPECTED_COUNT (sizeof expected / sizeof *expected)

/* The lines above, and `more` behind them. */
static const char *all_times(const char *more) {
    static char text[1 << 14];
    size_t used = 0;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        used += (size_t) snprintf(text + used, sizeof text - used, "%s\n", times[i]);
    used += (size_t) snprintf(text + used, sizeof text - used, "%s", more);
    assert_true(used < sizeof text);
    return text;
}

static plb_fit *fit_text(const char *text, const plb_fit_options *options, plb_benching **benching,
                         plb_fit_table **table) {
    plb_error error = {0};
    plb_fit *fit = NULL;
    *table = plb_fit_table_default();
    assert_non_null(*table);
    if (plb_benching_parse(benching, "times.csv", text, strlen(text), &error) ||
        plb_fit_run(&fit, *benching, *table, options, &error))
        fail_msg("%s: %s", error.where, error.message);
    return fit;
}

static void free_all(plb_fit *fit, plb_benching *benching, plb_fit_table *table) {
    plb_fit_free(fit);
    plb_benching_free(benching);
    plb_fit_table_free(table);
}

/* Numbers within 1e-9, everything else to the letter. */
static void same_row(const char *a, const char *b) {
    const char *whole = a;
    while (*a || *b) {
        bool begins = a == whole || strchr("\t=;", a[-1]);
        char *end_a, *end_b;
        double x = begins ? strtod(a, &end_a) : 0, y = begins ? strtod(b, &end_b) : 0;
        if (begins && end_a != a && end_b != b) {
            if (!(fabs(x - y) <= 1e-9 * fmax(fabs(x), fabs(y))))
                fail_msg("%s: %.17g, R has %.17g", whole, x, y);
            a = end_a;
            b = end_b;
        } else {
            if (*a != *b) fail_msg("%s\nR: %s", whole, b);
            a++;
            b++;
        }
    }
}

static void agrees_with_r_in_every_branch(void **state) {
    (void) state;
    plb_benching *benching;
    plb_fit_table *table;
    plb_fit *fit = fit_text(all_times(""), NULL, &benching, &table);
    char *text, *rest, *line;
    plb_error error;
    assert_int_equal(plb_fit_coefficients_tsv(fit, PLB_FIT_REFERENCE, &text, &error), PLB_OK);
    line = strtok_r(text, "\n", &rest);
    assert_string_equal(line, "model\ttype\tsubtype\tconstant\tminimum\tcoefficients");
    size_t count = 0;
    while ((line = strtok_r(NULL, "\n", &rest)) != NULL) {
        assert_true(count < EXPECTED_COUNT);
        same_row(line, expected[count++]);
    }
    assert_int_equal(count, EXPECTED_COUNT);
    assert_int_equal(plb_fit_left_out(fit), plb_fit_count(fit) - EXPECTED_COUNT);
    free(text);
    free_all(fit, benching, table);
}

static size_t count_notes(const plb_fit *fit, plb_fit_severity severity, const char *name,
                          const char *text) {
    const plb_fit_note *note;
    size_t count = 0;
    for (size_t i = 0; (note = plb_fit_notes(fit, i)) != NULL; i++)
        count += note->severity == severity && strcmp(note->name, name) == 0 &&
                 strstr(note->text, text) != NULL;
    return count;
}

/* Each of what R says, once, although several functions are fitted to the same points. */
static void says_what_the_reference_warns_of(void **state) {
    (void) state;
    plb_benching *benching;
    plb_fit_table *table;
    plb_fit *fit = fit_text(all_times(""), NULL, &benching, &table);
    static const struct {
        plb_fit_severity severity;
        const char *name, *text;
    } said[] = {
        {PLB_FIT_WARNING, "Nop2o", "2 times: the mean is taken"},
        {PLB_FIT_WARNING, "Nop5o", "not in the input: 0 us"},
        {PLB_FIT_WARNING, "Nop6o", "not in the input: 0 us"},
        {PLB_FIT_WARNING, "Sha2_256", "is not above that of Nop1o, 0.500000 us"},
        {PLB_FIT_WARNING, "EqualsByteString", "is not above that of Nop2o, 0.620000 us"},
        {PLB_FIT_WARNING, "BData", "2 of 10 points are outliers"},
        {PLB_FIT_WARNING, "EqualsData", "x and y differ here"},
        {PLB_FIT_WARNING, "sha3_256", "the coefficient of x_mem is negative, -0.009577 us"},
        {PLB_FIT_WARNING, "unValueData", "the coefficient of I(x_mem) is negative, -3.000000 us"},
        {PLB_FIT_INFO, "EqualsData",
         "after 2 iterations: 4.2% of points above it, by at most 1.00 times (mean 1.00); 95.8% "
         "below it, by at most 7.37 times (mean 2.47)"},
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (count_notes(fit, said[i].severity, said[i].name, said[i].text) != 1)
            fail_msg("%s: %s: not said once", said[i].name, said[i].text);
    size_t warnings = 0;
    for (size_t i = 0; plb_fit_notes(fit, i) != NULL; i++)
        warnings += plb_fit_notes(fit, i)->severity == PLB_FIT_WARNING;
    assert_int_equal(warnings, 9);
    free_all(fit, benching, table);
}

/* Functions without points, and with times that are none, are left out by name; all else is as
 * before. */
static void leaves_out_what_cannot_be_fitted(void **state) {
    (void) state;
    static const char more[] = "LengthOfArray/3,-1e-6,1e-6,1e-6,1e-9,1e-9,1e-9\n"
                               "LengthOfArray/4,1e-6,1e-6,1e-6,1e-9,1e-9,1e-9\n"
                               "Frobnicate/1/2,1e-6,1e-6,1e-6,1e-9,1e-9,1e-9\n"
                               "IndexArray/3/1,1e-6,1e-6,0,1e-9,1e-9,1e-9\n"
                               "ScaleValue/3/1,1e-6,1e-6,1e-6,1e-9,1e-9,1e-9\n"
                               "ScaleValue/4/1,1e-6,1e-6,1e-6,1e-9,1e-9,1e-9\n"
                               "LookupCoin/4/1/2,inf,1e-6,1e-6,1e-9,1e-9,1e-9\n";
    plb_benching *benching;
    plb_fit_table *table;
    plb_fit *fit = fit_text(all_times(more), NULL, &benching, &table);
    static const struct {
        const char *name, *text;
    } said[] = {
        {"LengthOfArray", "expected a finite time above 0 in column t, got -1e-06 s"},
        {"lengthOfArray", "left out: 1 of its 2 rows have no valid time"},
        {"Frobnicate", "expected the name of a builtin or of a no-op: its 1 row is not fitted"},
        {"IndexArray", "expected a finite time above 0 in column t.mean.ub, got 0 s"},
        {"indexArray", "left out: 1 of its 1 rows"},
        {"scaleValue", "left out: 2 points determine no coefficient of y_mem"},
        {"LookupCoin", "got inf s"},
        {"lookupCoin", "left out"},
        {"trace", "left out: expected rows of Trace: there are none"},
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (count_notes(fit, PLB_FIT_PROBLEM, said[i].name, said[i].text) != 1)
            fail_msg("%s: %s: not said once", said[i].name, said[i].text);
    assert_int_equal(plb_fit_left_out(fit), plb_fit_count(fit) - EXPECTED_COUNT);
    for (size_t i = 0; i < plb_fit_count(fit); i++) {
        const plb_fit_model *model = plb_fit_get(fit, i);
        assert_true(model->made == (model->problem == NULL));
    }
    free_all(fit, benching, table);
}

/* Division keeps negative coefficients, and R returns what nothing determines as NA. */
static void undetermined_coefficients_are_na(void **state) {
    (void) state;
    static const char few[] = "benchmark,t,t.mean.lb,t.mean.ub,t.sd,t.sd.lb,t.sd.ub\n"
                              "Nop2o/1/1,1e-6,1e-6,1e-6,1e-9,1e-9,1e-9\n"
                              "DivideInteger/1/2,3e-6,3e-6,3e-6,1e-9,1e-9,1e-9\n"
                              "DivideInteger/4/2,4e-6,4e-6,4e-6,1e-9,1e-9,1e-9\n"
                              "DivideInteger/9/3,7e-6,7e-6,7e-6,1e-9,1e-9,1e-9\n";
    plb_benching *benching;
    plb_fit_table *table;
    plb_fit *fit = fit_text(few, NULL, &benching, &table);
    char *text;
    plb_error error;
    assert_int_equal(plb_fit_coefficients_tsv(fit, PLB_FIT_REFERENCE, &text, &error), PLB_OK);
    const char *row =
        strstr(text, "divideIntegerModel\tconst_above_diagonal\tquadratic_in_x_and_y\t"
                     "2");
    assert_non_null(row);
    assert_non_null(strstr(row, ";I(y_mem)=NA;I(x_mem^2)=NA;I(x_mem * y_mem)=NA;I(y_mem^2)=NA\n"));
    const plb_fit_model *model = plb_fit_get(fit, plb_fit_count(fit) - 1);
    assert_string_equal(model->builtin, "modInteger");
    assert_false(model->made);
    free(text);
    free_all(fit, benching, table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_r_in_every_branch),
        cmocka_unit_test(says_what_the_reference_warns_of),
        cmocka_unit_test(leaves_out_what_cannot_be_fitted),
        cmocka_unit_test(undetermined_coefficients_are_na),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
